//===- ThreadSanitizerCode.cpp - What -fsanitize=thread calls -------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The entry points that GCC's and Clang's -fsanitize=thread generate calls of
/// (declared in compiler-rt's tsan_interface.h and tsan_interface_atomic.h),
/// for objects that are linked without ThreadSanitizer's own runtime. They
/// check accesses as those of `gvlsan cc` are checked, and find no races. In
/// any thread, also before the runtime is initialised; async-signal-safe.
///
//===----------------------------------------------------------------------===//

#include "Checks.h"
#include "Instrumentation.h"
#include "Retired.h"

#include "sanitizer_common/sanitizer_stacktrace.h"

using namespace gvlsan;

/// Most accesses are made with the lock, or are not the heap's.
#define CHECK_ACCESS(Address, Size, IsWrite)                                   \
  do {                                                                         \
    uptr Begin = reinterpret_cast<uptr>(Address);                              \
    if (UNLIKELY(__gvlsan_without_gvl) &&                                      \
        (Pages.mayContain(Begin, Size) || isRetired(Begin, Size)))             \
      checkAccess(Begin, Size, IsWrite, GET_CALLER_PC(), GET_CURRENT_FRAME()); \
  } while (false)

#define TSAN extern "C" SANITIZER_INTERFACE_ATTRIBUTE

TSAN void __tsan_init() {}
TSAN void __tsan_func_entry(void *) {}
TSAN void __tsan_func_exit() {}

#define ACCESSES_OF(Prefix, Size)                                              \
  TSAN void __tsan_##Prefix##read##Size(void *A) {                             \
    CHECK_ACCESS(A, Size, false);                                              \
  }                                                                            \
  TSAN void __tsan_##Prefix##write##Size(void *A) {                            \
    CHECK_ACCESS(A, Size, true);                                               \
  }
#define ACCESSES(Prefix)                                                       \
  ACCESSES_OF(Prefix, 1)                                                       \
  ACCESSES_OF(Prefix, 2)                                                       \
  ACCESSES_OF(Prefix, 4)                                                       \
  ACCESSES_OF(Prefix, 8)                                                       \
  ACCESSES_OF(Prefix, 16)
ACCESSES()
ACCESSES(unaligned_)
ACCESSES(volatile_)
ACCESSES(unaligned_volatile_)

// A read and a write: one report, of the write.
#define READ_WRITES_OF(Prefix, Size)                                           \
  TSAN void __tsan_##Prefix##read_write##Size(void *A) {                       \
    CHECK_ACCESS(A, Size, true);                                               \
  }
#define READ_WRITES(Prefix)                                                    \
  READ_WRITES_OF(Prefix, 1)                                                    \
  READ_WRITES_OF(Prefix, 2)                                                    \
  READ_WRITES_OF(Prefix, 4)                                                    \
  READ_WRITES_OF(Prefix, 8)                                                    \
  READ_WRITES_OF(Prefix, 16)
READ_WRITES()
READ_WRITES(unaligned_)

TSAN void __tsan_read_range(void *A, uptr Size) {
  CHECK_ACCESS(A, Size, false);
}
TSAN void __tsan_write_range(void *A, uptr Size) {
  CHECK_ACCESS(A, Size, true);
}
TSAN void __tsan_vptr_read(void **A) { CHECK_ACCESS(A, sizeof(*A), false); }
TSAN void __tsan_vptr_update(void **A, void *) {
  CHECK_ACCESS(A, sizeof(*A), true);
}

// Clang's, in the place of the libc functions.
TSAN void *__tsan_memcpy(void *To, const void *From, uptr Size) {
  CHECK_ACCESS(From, Size, false);
  CHECK_ACCESS(To, Size, true);
  return internal_memcpy(To, From, Size);
}
TSAN void *__tsan_memmove(void *To, const void *From, uptr Size) {
  CHECK_ACCESS(From, Size, false);
  CHECK_ACCESS(To, Size, true);
  return internal_memmove(To, From, Size);
}
TSAN void *__tsan_memset(void *To, int Byte, uptr Size) {
  CHECK_ACCESS(To, Size, true);
  return internal_memset(To, Byte, Size);
}

// Atomic operations are made by the calls themselves. In the strongest order:
// every other allows it.
// NOLINTBEGIN(bugprone-macro-parentheses): a type takes none.
#define ATOMIC_FETCH(T, Bits, Name)                                            \
  TSAN T __tsan_atomic##Bits##_fetch_##Name(volatile T *A, T V, int) {         \
    CHECK_ACCESS(A, sizeof(T), true);                                          \
    return __atomic_fetch_##Name(A, V, __ATOMIC_SEQ_CST);                      \
  }
#define ATOMIC_COMPARE(T, Bits, Name, IsWeak)                                  \
  TSAN int __tsan_atomic##Bits##_compare_exchange_##Name(                      \
      volatile T *A, T *Expected, T V, int, int) {                             \
    CHECK_ACCESS(A, sizeof(T), true);                                          \
    return __atomic_compare_exchange_n(A, Expected, V, IsWeak,                 \
                                       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);    \
  }
#define ATOMIC(T, Bits)                                                        \
  TSAN T __tsan_atomic##Bits##_load(const volatile T *A, int) {                \
    CHECK_ACCESS(A, sizeof(T), false);                                         \
    return __atomic_load_n(A, __ATOMIC_SEQ_CST);                               \
  }                                                                            \
  TSAN void __tsan_atomic##Bits##_store(volatile T *A, T V, int) {             \
    CHECK_ACCESS(A, sizeof(T), true);                                          \
    __atomic_store_n(A, V, __ATOMIC_SEQ_CST);                                  \
  }                                                                            \
  TSAN T __tsan_atomic##Bits##_exchange(volatile T *A, T V, int) {             \
    CHECK_ACCESS(A, sizeof(T), true);                                          \
    return __atomic_exchange_n(A, V, __ATOMIC_SEQ_CST);                        \
  }                                                                            \
  ATOMIC_FETCH(T, Bits, add)                                                   \
  ATOMIC_FETCH(T, Bits, sub)                                                   \
  ATOMIC_FETCH(T, Bits, and)                                                   \
  ATOMIC_FETCH(T, Bits, or)                                                    \
  ATOMIC_FETCH(T, Bits, xor)                                                   \
  ATOMIC_FETCH(T, Bits, nand)                                                  \
  ATOMIC_COMPARE(T, Bits, strong, false)                                       \
  ATOMIC_COMPARE(T, Bits, weak, true)                                          \
  TSAN T __tsan_atomic##Bits##_compare_exchange_val(volatile T *A, T Expected, \
                                                    T V, int, int) {           \
    CHECK_ACCESS(A, sizeof(T), true);                                          \
    __atomic_compare_exchange_n(A, &Expected, V, false, __ATOMIC_SEQ_CST,      \
                                __ATOMIC_SEQ_CST);                             \
    return Expected;                                                           \
  }
// NOLINTEND(bugprone-macro-parentheses)
ATOMIC(u8, 8)
ATOMIC(u16, 16)
ATOMIC(u32, 32)
ATOMIC(u64, 64)
ATOMIC(unsigned __int128, 128)

TSAN void __tsan_atomic_thread_fence(int) {
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
TSAN void __tsan_atomic_signal_fence(int) {
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
}
