//===- Barrier.cpp - The table of the read-barrier designs ----------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "barriers/Barrier.h"

#include <cstring>

namespace rheap {
namespace {

struct Design {
  const char *Name;
  Barrier &(*Get)();
};

constexpr Design Designs[] = {{"mprotect", mprotectBarrier},
                              {"none", noBarrier}};

} // namespace

Barrier *findBarrier(const char *Name) {
  for (const Design &D : Designs)
    if (!strcmp(D.Name, Name))
      return &D.Get();
  return nullptr;
}

bool isBarrierName(const char *Name) { return findBarrier(Name) != nullptr; }

const char *barrierNames() { return "mprotect none"; }

} // namespace rheap
