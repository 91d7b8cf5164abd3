//===- RawSyscalls.cpp - System calls made past libc ----------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "RawSyscalls.h"

#include "FaultSignals.h"
#include "Flags.h"
#include "Heap.h"
#include "Liveness.h"
#include "Stacks.h"
#include "Stats.h"
#include "SyscallRanges.h"

#include "interception/interception.h"
#include "sanitizer_common/sanitizer_linux.h"
#include "sanitizer_common/sanitizer_posix.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>

// Linux 5.11; include/uapi/linux/prctl.h and asm-generic/siginfo.h.
#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#define PR_SYS_DISPATCH_ON 1
#endif
#ifndef SYS_USER_DISPATCH
#define SYS_USER_DISPATCH 2
#endif

DECLARE_REAL(long, syscall, long, __sanitizer::uptr, __sanitizer::uptr,
             __sanitizer::uptr, __sanitizer::uptr, __sanitizer::uptr,
             __sanitizer::uptr)

namespace gvlsan {

bool RawSyscallsAreCaught;

/// Libc's code: what it calls is seen by the interceptors, and the return from
/// a signal handler must not be caught.
static uptr LibcBegin, LibcEnd;

static uptr arm() {
  return internal_prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON,
                        LibcBegin, LibcEnd - LibcBegin,
                        reinterpret_cast<uptr>(&Thread.CatchesSyscalls));
}

void armRawSyscalls() {
  if (RawSyscallsAreCaught)
    arm();
}

#if defined(__x86_64__)

/// By libc, whose code is not caught: a handler that runs meanwhile may be.
static long makeSyscall(long Number, const uptr *Args) {
  long Result = REAL(syscall)(Number, Args[0], Args[1], Args[2], Args[3],
                              Args[4], Args[5]);
  return Result == -1 ? -errno : Result;
}

/// Calls that mean the stack, the registers or the signal state of the code
/// that makes them: from a handler they would mean the handler's.
static bool mustBeMadeInPlace(long Number) {
  switch (Number) {
  case SYS_clone:
  case SYS_clone3:
  case SYS_vfork:
  case SYS_arch_prctl:
  case SYS_prctl:
  case SYS_rt_sigprocmask:
  case SYS_rt_sigreturn:
  case SYS_rt_sigsuspend:
  case SYS_sigaltstack:
    return true;
  default:
    return false;
  }
}

bool onSyscallSignal(void *SignalInfo, void *Context) {
  auto &Info = *static_cast<siginfo_t *>(SignalInfo);
  if (!RawSyscallsAreCaught || Info.si_code != SYS_USER_DISPATCH)
    return false;
  // First of all: what follows makes system calls itself.
  Thread.CatchesSyscalls = false;
  auto *Registers = static_cast<ucontext_t *>(Context)->uc_mcontext.gregs;
  auto Word = [&](int Register) {
    return static_cast<uptr>(Registers[Register]);
  };
  long Number = Info.si_syscall;
  const uptr Args[] = {Word(REG_RDI), Word(REG_RSI), Word(REG_RDX),
                       Word(REG_R10), Word(REG_R8),  Word(REG_R9)};
  if (!Thread.Inside) {
    stats().RawCalls.add();
    checkSyscall(Number, Args,
                 {/*Name=*/nullptr, Word(REG_RIP), Word(REG_RBP), Context});
  }
  if (mustBeMadeInPlace(Number)) {
    // Again, and for real: nothing of this thread is caught until it enters or
    // leaves a callback the next time.
    constexpr int SyscallSize = 2;
    Registers[REG_RIP] -= SyscallSize;
    Registers[REG_RAX] = Number;
    return true;
  }
  Thread.CatchesSyscalls = true;
  long Result = makeSyscall(Number, Args);
  if (isObservedSyscall(Number))
    observeSyscall(Number, Args, Result);
  Registers[REG_RAX] = Result;
  return true;
}

#else

bool onSyscallSignal(void *, void *) { return false; }

#endif

void initializeRawSyscalls() {
  if (!flags().raw_syscalls || !heap())
    return;
  // Not our interceptor of it.
  void *Write = dlsym(RTLD_NEXT, "write");
  if (!Write || !codeRange(Write, LibcBegin, LibcEnd))
    refuse("raw_syscalls=1: cannot find %s", "libc's code");
  uptr Result = arm();
  int Error = 0;
  if (internal_iserror(Result, &Error))
    refuse(
        "raw_syscalls=1: the kernel refuses Syscall User Dispatch (error %d; "
        "it needs Linux 5.11 on x86-64, and a sandbox that lets prctl do it): "
        "leave --raw-syscalls out",
        Error);
  catchSyscallSignals();
  RawSyscallsAreCaught = true;
  catchRawSyscalls();
}

} // namespace gvlsan
