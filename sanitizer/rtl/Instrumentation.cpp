//===- Instrumentation.cpp - What instrumented code calls -----------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Instrumentation.h"

#include "Checks.h"

#include "sanitizer_common/sanitizer_stacktrace.h"

using namespace gvlsan;

THREADLOCAL unsigned char __gvlsan_without_gvl;

extern "C" {
// A check is `address - low < span`. Between the two stores a check may miss or
// look up in vain, never report wrongly.
SANITIZER_INTERFACE_ATTRIBUTE uptr __gvlsan_heap_low;
SANITIZER_INTERFACE_ATTRIBUTE uptr __gvlsan_heap_span;

SANITIZER_INTERFACE_ATTRIBUTE int __gvlsan_is_live() { return 1; }

SANITIZER_INTERFACE_ATTRIBUTE void __gvlsan_check_read(uptr Address,
                                                       uptr Size) {
  checkAccess(Address, Size, /*IsWrite=*/false, GET_CALLER_PC(),
              GET_CURRENT_FRAME());
}

SANITIZER_INTERFACE_ATTRIBUTE void __gvlsan_check_write(uptr Address,
                                                        uptr Size) {
  checkAccess(Address, Size, /*IsWrite=*/true, GET_CALLER_PC(),
              GET_CURRENT_FRAME());
}
}

void gvlsan::publishBounds() {
  uptr Low = Pages.low(), High = Pages.high();
  if (Low >= High)
    return;
  __atomic_store_n(&__gvlsan_heap_low, Low, __ATOMIC_RELAXED);
  __atomic_store_n(&__gvlsan_heap_span, High - Low, __ATOMIC_RELAXED);
}
