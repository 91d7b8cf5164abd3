//===- MachineStack.cpp - Conservative roots ------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "gvl/MachineStack.h"

namespace rheap {

__attribute__((noinline)) const VALUE *belowCaller() {
  return static_cast<const VALUE *>(__builtin_frame_address(0));
}

static void
scanAll(const std::function<void(const VALUE *, const VALUE *)> &Visit) {
  for (Thread *T : threads())
    if (const VALUE *Top = T->StackTop.load(std::memory_order_acquire))
      Visit(Top, T->StackBase);
}

void scanMachineStacks(
    const std::function<void(const VALUE *, const VALUE *)> &Visit) {
  // A collection at a region's release runs on the thread that left; its stack
  // counts as it was then.
  if (!Current || Current->StackTop.load(std::memory_order_relaxed)) {
    scanAll(Visit);
    return;
  }
  saveMachineContext(*Current, [&] { scanAll(Visit); });
}

} // namespace rheap
