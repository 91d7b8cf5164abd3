//===- Context.cpp - What the runtime keeps per thread --------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Context.h"

#include "sanitizer_common/sanitizer_atomic.h"

namespace gvlsan {

THREADLOCAL ThreadContext Thread;

static atomic_uint32_t LastNumber;

u32 threadNumber() {
  if (GetTid() == static_cast<tid_t>(internal_getpid()))
    return 0;
  if (!Thread.Number)
    Thread.Number = atomic_fetch_add(&LastNumber, 1, memory_order_relaxed) + 1;
  return Thread.Number;
}

} // namespace gvlsan
