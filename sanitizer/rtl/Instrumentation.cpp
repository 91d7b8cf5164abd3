//===- Instrumentation.cpp - What instrumented code calls -----------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Instrumentation.h"

#include "ApiCalls.h"
#include "Checks.h"
#include "Heap.h"
#include "Retired.h"

#include "sanitizer_common/sanitizer_mutex.h"
#include "sanitizer_common/sanitizer_stacktrace.h"

using namespace gvlsan;

/// The callers hold what they like in registers (pass/Interface.h).
#define PRESERVES_REGISTERS __attribute__((preserve_most))

THREADLOCAL unsigned char __gvlsan_without_gvl;

extern "C" {
// The lowest address, and the bytes from there to the highest. Between the two
// stores a comparison may miss or ask in vain, never report wrongly.
SANITIZER_INTERFACE_ATTRIBUTE uptr __gvlsan_heap_bounds[2];

SANITIZER_INTERFACE_ATTRIBUTE int __gvlsan_is_live() { return 1; }

// For a library that was bound past us: it binds it to us.
SANITIZER_INTERFACE_ATTRIBUTE void __gvlsan_bind() { patchImports(); }

// An object may end where Address points to.
SANITIZER_INTERFACE_ATTRIBUTE PRESERVES_REGISTERS u8
__gvlsan_may_be_heap(uptr Address) {
  const HeapAdapter *Heap = heap();
  return Heap && (!Heap->UsesPageTable || Pages.isPage(Address) ||
                  Pages.isPage(Address - 1) || isRetired(Address - 1, 2));
}

SANITIZER_INTERFACE_ATTRIBUTE PRESERVES_REGISTERS void
__gvlsan_check_read(uptr Address, uptr Size) {
  checkAccess(Address, Size, /*IsWrite=*/false, GET_CALLER_PC(),
              GET_CURRENT_FRAME());
}

SANITIZER_INTERFACE_ATTRIBUTE PRESERVES_REGISTERS void
__gvlsan_check_write(uptr Address, uptr Size) {
  checkAccess(Address, Size, /*IsWrite=*/true, GET_CALLER_PC(),
              GET_CURRENT_FRAME());
}
}

void gvlsan::publishBounds() {
  // Another thread may give buffers back.
  static StaticSpinMutex Mutex;
  SpinMutexLock Lock(&Mutex);
  uptr Low = Pages.low(), High = Pages.high(), RetiredLow, RetiredHigh;
  if (retiredBounds(RetiredLow, RetiredHigh)) {
    Low = Min(Low, RetiredLow);
    High = Max(High, RetiredHigh);
  }
  if (Low >= High)
    return;
  __atomic_store_n(&__gvlsan_heap_bounds[0], Low, __ATOMIC_RELAXED);
  __atomic_store_n(&__gvlsan_heap_bounds[1], High - Low, __ATOMIC_RELAXED);
}
