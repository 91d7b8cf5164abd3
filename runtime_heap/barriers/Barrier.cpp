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

constexpr Design Designs[] = {
    {"mprotect", mprotectBarrier},
    {"uffd", uffdBarrier},
    {"wrap", wrapBarrier},
    {"explicit", explicitBarrier},
    {"sweepfirst", sweepFirstBarrier},
    {"pinpages", pinPagesBarrier},
    {"none", noBarrier},
};

} // namespace

Barrier *findBarrier(const char *Name) {
  for (const Design &D : Designs)
    if (!strcmp(D.Name, Name))
      return &D.Get();
  return nullptr;
}

const char *barrierName(const gvlsan::DesignInfo &Row) {
  for (const Design &D : Designs)
    if (!strncmp(Row.Name, "B.", 2) && !strcmp(Row.Name + 2, D.Name))
      return D.Name;
  return nullptr;
}

const char *barrierNames() {
  static char Names[128];
  if (!*Names)
    for (const Design &D : Designs) {
      if (*Names)
        strcat(Names, " ");
      strcat(Names, D.Name);
    }
  return Names;
}

} // namespace rheap
