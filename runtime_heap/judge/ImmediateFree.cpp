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
}

ImmediateFree::~ImmediateFree() {
  Freed = 0;
  if (Sealed)
    heap().Guards.unseal();
}

VALUE objectBeingFreed() { return Freed; }

static bool isInFreed(const void *Address) {
  return uintptr_t(Address) - Freed < heap().slotSize(Freed);
}

bool isForbiddenToFree(const void *Address) {
  return Freed && !isInFreed(Address);
}

void openOwnSlot(const void *Address) {
  if (Freed && isInFreed(Address))
    heap().Guards.openPage(*heap().pageOf(Freed));
}

} // namespace rheap
