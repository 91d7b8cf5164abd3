//===- MachineStack.h - Conservative roots ----------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_GVL_MACHINESTACK_H
#define RHEAP_GVL_MACHINESTACK_H

#include "gvl/Thread.h"

#include <functional>

namespace rheap {

/// An address below the caller's frame.
const VALUE *belowCaller();

/// Runs \p F with T's machine context saved: callee-saved registers are spilled
/// into this frame, and all from here to the stack's base counts as a root
/// until F returns. Nests (a callback that takes the lock and leaves again).
template <class Fn>
__attribute__((noinline)) void saveMachineContext(Thread &T, Fn F) {
  __builtin_unwind_init();
  const VALUE *Outer = T.StackTop.load(std::memory_order_relaxed);
  T.StackTop.store(belowCaller(), std::memory_order_release);
  F();
  T.StackTop.store(Outer, std::memory_order_release);
  // Not a tail call: the spilled registers must outlive F.
  asm volatile("" ::: "memory");
}

/// Calls \p Visit with each range to scan: of threads that do not hold the lock
/// up to where they left it, of the calling one up to here.
void scanMachineStacks(
    const std::function<void(const VALUE *, const VALUE *)> &Visit);

} // namespace rheap

#endif // RHEAP_GVL_MACHINESTACK_H
