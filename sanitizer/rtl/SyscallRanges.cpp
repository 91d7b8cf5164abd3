//===- SyscallRanges.cpp - What a system call touches ---------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The ranges of Calls.def where a libc function goes by the system call's
/// name, else the hooks of sanitizer_common_syscalls.inc. Those before the call
/// know its strings and the structs that it reads; what depends on its result
/// they leave to those after it, which a call that fails with EFAULT never
/// reaches: hence the first choice.
///
//===----------------------------------------------------------------------===//

#include "SyscallRanges.h"

#include "Calls.h"
#include "IoUring.h"
#include "Memory.h"

#include "interception/interception.h"
#include "sanitizer_common/sanitizer_libc.h"
#include "sanitizer_common/sanitizer_platform_limits_posix.h"

#include <linux/aio_abi.h>
#include <sys/syscall.h>

using namespace gvlsan;

/// The call whose ranges a hook of the .inc names just now.
static THREADLOCAL const CallSite *Current;

static void checkHooked(const void *Begin, uptr Size, bool IsWrite) {
  checkKernelRange(*Current, reinterpret_cast<uptr>(Begin), Size, IsWrite);
}

namespace __sanitizer {
/// The hooks measure strings that the kernel would read: no fault may come of
/// that.
static uptr faultProofLength(const char *Text) {
  return stringSize(reinterpret_cast<uptr>(Text), UnknownSize) - 1;
}
} // namespace __sanitizer

#define COMMON_SYSCALL_PRE_READ_RANGE(p, s)                                    \
  checkHooked(reinterpret_cast<const void *>(p), s, /*IsWrite=*/false)
#define COMMON_SYSCALL_PRE_WRITE_RANGE(p, s)                                   \
  checkHooked(reinterpret_cast<const void *>(p), s, /*IsWrite=*/true)
#define COMMON_SYSCALL_POST_READ_RANGE(p, s) ((void)(p), (void)(s))
#define COMMON_SYSCALL_POST_WRITE_RANGE(p, s) ((void)(p), (void)(s))

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wunused-function"
#pragma clang diagnostic ignored "-Wunused-variable"
#pragma clang diagnostic ignored "-Wunused-but-set-variable"
#define internal_strlen faultProofLength
#include "sanitizer_common/sanitizer_common_syscalls.inc"
#undef internal_strlen
#pragma clang diagnostic pop

/// Linux's own asynchronous I/O, which libaio makes past libc.
static void checkAioSubmissions(CallSite Where, uptr Count, uptr Requests) {
  Where.KeptUntil = "io_getevents says that the request is over";
  // The kernel takes no more at once than its queue has room for.
  for (uptr I = 0; I < Min<uptr>(Count, 1 << 16); ++I) {
    uptr Pointer;
    struct iocb Request;
    if (!readMemory(Requests + I * sizeof(Pointer), Pointer) ||
        !readMemory(Pointer, Request))
      return;
    switch (Request.aio_lio_opcode) {
    case IOCB_CMD_PREAD:
    case IOCB_CMD_PWRITE:
      checkKernelRange(Where, Request.aio_buf, Request.aio_nbytes,
                       Request.aio_lio_opcode == IOCB_CMD_PREAD);
      break;
    case IOCB_CMD_PREADV:
    case IOCB_CMD_PWRITEV:
      checkKernelVector(Where, Request.aio_buf, Request.aio_nbytes,
                        Request.aio_lio_opcode == IOCB_CMD_PREADV);
      break;
    default:
      break;
    }
  }
}

namespace {
template <uptr... I> struct Indices {};
template <typename T, T... I> struct MakeIndices {
  using Type = Indices<I...>;
};
} // namespace

template <typename... T, uptr... I>
static void callHook(void (*Hook)(T...), const uptr *Args, Indices<I...>) {
  Hook((T)(Args[I])...);
}

/// Calls \p Hook, whose parameters are words of many types, with \p Args.
template <typename... T>
static void callHook(void (*Hook)(T...), const uptr *Args) {
  callHook(
      Hook, Args,
      typename __make_integer_seq<MakeIndices, uptr, sizeof...(T)>::Type());
}

#define GVLSAN_NAME(Row) "the system call " #Row

bool gvlsan::checkSyscall(long Number, const uptr *Args, CallSite Where) {
  switch (Number) {
#define GVLSAN_SYSCALL(Row)                                                    \
  case SYS_##Row:                                                              \
    Where.Name = GVLSAN_NAME(Row);                                             \
    checkKernelCall(Where, Call::Row, Args);                                   \
    return true;
#define GVLSAN_SYSCALL_PRE(Row)                                                \
  case SYS_##Row:                                                              \
    Where.Name = GVLSAN_NAME(Row);                                             \
    Current = &Where;                                                          \
    callHook(__sanitizer_syscall_pre_impl_##Row, Args);                        \
    return true;
#include "Syscalls.inc"
#ifdef SYS_newfstatat
  case SYS_newfstatat:
    Where.Name = GVLSAN_NAME(newfstatat);
    checkKernelCall(Where, Call::fstatat, Args);
    return true;
#endif
  case SYS_io_submit:
    Where.Name = GVLSAN_NAME(io_submit);
    checkAioSubmissions(Where, Args[1], Args[2]);
    return true;
  case SYS_io_uring_enter:
    Where.Name = GVLSAN_NAME(io_uring_enter);
    checkRingSubmissions(Where, Args);
    return true;
  case SYS_io_uring_register:
    Where.Name = GVLSAN_NAME(io_uring_register);
    checkRingRegistration(Where, Args);
    return true;
  default:
    return false;
  }
}

bool gvlsan::isObservedSyscall(long Number) {
  return Number == SYS_io_uring_setup || Number == SYS_mmap;
}

void gvlsan::observeSyscall(long Number, const uptr *Args, long Result) {
  // Errors are the last page of the numbers.
  if (Result < 0 && Result > -4096)
    return;
  if (Number == SYS_io_uring_setup)
    noteRing(static_cast<int>(Result), Args[1]);
  else if (Number == SYS_mmap)
    noteRingMapping(static_cast<int>(Args[4]), Args[5],
                    static_cast<uptr>(Result));
}
