//===- ImmediateFree.cpp - What a dfree may look at -----------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "judge/ImmediateFree.h"

#include "judge/Judge.h"

#include <unordered_map>

namespace rheap {

static thread_local VALUE Freed = 0;

/// Sealing costs a system call over the whole heap: what one function does has
/// been seen after as many objects.
static constexpr unsigned MaxSealed = 1024;

static bool isWorthSealing(RUBY_DATA_FUNC Free) {
  static auto *Calls = new std::unordered_map<RUBY_DATA_FUNC, unsigned>;
  return ++(*Calls)[Free] <= MaxSealed;
}

ImmediateFree::ImmediateFree(VALUE Object, RUBY_DATA_FUNC Free)
    : Sealed(Judging && heap().Settings.Seal && isWorthSealing(Free)) {
  Freed = Object;
  if (!Sealed)
    return;
  heap().Guards.seal();
  heap().Guards.openPage(*heap().pageOf(Object));
}

ImmediateFree::~ImmediateFree() {
  Freed = 0;
  if (Sealed)
    heap().Guards.unseal();
}

VALUE objectBeingFreed() { return Freed; }

bool isForbiddenToFree(const Page &P) {
  return Freed && heap().pageOf(Freed) != &P;
}

} // namespace rheap
