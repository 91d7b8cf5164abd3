//===- Interceptors.cpp - Calls that are watched --------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The calls of Observed.def: they tell the heap's adapter what the VM does.
///
//===----------------------------------------------------------------------===//

#include "Interceptors.h"

#include "Context.h"
#include "ExitStatus.h"
#include "Heap.h"
#include "IoUring.h"
#include "KernelUses.h"
#include "Seal.h"
#include "SyscallRanges.h"

#include "interception/interception.h"
#include "sanitizer_common/sanitizer_libc.h"
#include "sanitizer_common/sanitizer_linux.h"
#include "sanitizer_common/sanitizer_posix.h"

using namespace gvlsan;

static bool failed(void *Mapping) {
  return Mapping == reinterpret_cast<void *>(-1);
}

INTERCEPTOR(void *, mmap, void *Addr, uptr Size, int Prot, int Flags, int Fd,
            OFF64_T Offset) {
  if (!Initialized)
    initialize();
  void *Result = REAL(mmap)(Addr, Size, Prot, Flags, Fd, Offset);
  if (const HeapObserver *O = heapObserver(); O && !failed(Result))
    O->Mapped(reinterpret_cast<uptr>(Result), Size, Prot, Flags, Fd,
              GET_CALLER_PC());
  if (!failed(Result) && Fd >= 0)
    noteRingMapping(Fd, Offset, reinterpret_cast<uptr>(Result));
  return Result;
}

INTERCEPTOR(void *, mmap64, void *Addr, uptr Size, int Prot, int Flags, int Fd,
            OFF64_T Offset) {
  if (!Initialized)
    initialize();
  void *Result = REAL(mmap64)(Addr, Size, Prot, Flags, Fd, Offset);
  if (const HeapObserver *O = heapObserver(); O && !failed(Result))
    O->Mapped(reinterpret_cast<uptr>(Result), Size, Prot, Flags, Fd,
              GET_CALLER_PC());
  if (!failed(Result) && Fd >= 0)
    noteRingMapping(Fd, Offset, reinterpret_cast<uptr>(Result));
  return Result;
}

INTERCEPTOR(int, munmap, void *Addr, uptr Size) {
  if (!Initialized)
    initialize();
  // Beforehand: another thread may be given the addresses right afterwards.
  if (const HeapObserver *O = heapObserver())
    O->Unmapping(reinterpret_cast<uptr>(Addr), Size);
  if (UNLIKELY(hasKernelUses()))
    forgetKernelUses(reinterpret_cast<uptr>(Addr), Size);
  return REAL(munmap)(Addr, Size);
}

INTERCEPTOR(int, mprotect, void *Addr, uptr Size, int Prot) {
  if (!Initialized)
    initialize();
  int Result = REAL(mprotect)(Addr, Size, Prot);
  if (const HeapObserver *O = heapObserver(); O && Result == 0)
    O->Protected(reinterpret_cast<uptr>(Addr), Size, Prot);
  return Result;
}

static bool isVm(uptr Caller) {
  const HeapObserver *O = heapObserver();
  return O && O->IsVm(Caller);
}

INTERCEPTOR(int, pthread_cond_wait, void *Cond, void *Mutex) {
  if (!Initialized)
    initialize();
  bool IsVm = isVm(GET_CALLER_PC());
  ScopedWaiting Waiting(IsVm);
  int Error = REAL(pthread_cond_wait)(Cond, Mutex);
  if (IsVm)
    vmHasMutex(Mutex);
  return Error;
}

INTERCEPTOR(int, pthread_cond_timedwait, void *Cond, void *Mutex,
            const void *Until) {
  if (!Initialized)
    initialize();
  bool IsVm = isVm(GET_CALLER_PC());
  ScopedWaiting Waiting(IsVm);
  int Error = REAL(pthread_cond_timedwait)(Cond, Mutex, Until);
  if (IsVm)
    vmHasMutex(Mutex);
  return Error;
}

// The VM yields the processor between giving the lock up and waiting for it.
INTERCEPTOR(int, sched_yield) {
  if (!Initialized)
    initialize();
  ScopedWaiting Waiting(isVm(GET_CALLER_PC()));
  return REAL(sched_yield)();
}

/// The loader looks for some names where the calling module says, and tells the
/// caller by its return address.
static bool dependsOnCaller(const char *File) {
  return !File || !internal_strchr(File, '/') || internal_strchr(File, '$');
}

INTERCEPTOR(void *, dlopen, const char *File, int Mode) {
  if (!Initialized)
    initialize();
  if (dependsOnCaller(File)) {
    // A jump. What was loaded is seen to when this thread gives the lock up.
    Thread.ImportsStale = true;
    [[clang::musttail]] return REAL(dlopen)(File, Mode);
  }
  void *Result = REAL(dlopen)(File, Mode);
  if (const HeapObserver *O = heapObserver(); O && Result)
    O->Loaded();
  return Result;
}

// libc's way to make any system call. A jump: some of them return twice, or on
// another stack.
INTERCEPTOR(long, syscall, long Number, uptr A0, uptr A1, uptr A2, uptr A3,
            uptr A4, uptr A5) {
  if (!Initialized)
    initialize();
  // We use it ourselves.
  if (heap() && !Thread.Inside && !Thread.ReadsMemory) {
    const uptr Args[] = {A0, A1, A2, A3, A4, A5};
    checkSyscall(Number, Args,
                 {nullptr, GET_CALLER_PC(), GET_CURRENT_FRAME(), nullptr});
    if (UNLIKELY(isObservedSyscall(Number))) {
      long Result = REAL(syscall)(Number, A0, A1, A2, A3, A4, A5);
      observeSyscall(Number, Args, Result);
      return Result;
    }
  }
  [[clang::musttail]] return REAL(syscall)(Number, A0, A1, A2, A3, A4, A5);
}

INTERCEPTOR(void, _exit, int Status) {
  if (!Initialized)
    initialize();
  REAL(_exit)(onExit(Status));
}

INTERCEPTOR(void, _Exit, int Status) {
  if (!Initialized)
    initialize();
  REAL(_Exit)(onExit(Status));
}

/// dlsym(3) finds a symbol's oldest version; callers are bound to the default
/// one, so a function whose meaning changed is asked for by version.
#define INTERCEPT_VERSION(Name, Version)                                       \
  if (!INTERCEPT_FUNCTION_VER(Name, Version))                                  \
  INTERCEPT_FUNCTION(Name)

void gvlsan::initializeObservers() {
  INTERCEPT_FUNCTION(mmap);
  INTERCEPT_FUNCTION(mmap64);
  INTERCEPT_FUNCTION(munmap);
  INTERCEPT_FUNCTION(mprotect);
  INTERCEPT_VERSION(pthread_cond_wait, "GLIBC_2.3.2");
  INTERCEPT_VERSION(pthread_cond_timedwait, "GLIBC_2.3.2");
  INTERCEPT_FUNCTION(sched_yield);
  INTERCEPT_FUNCTION(dlopen);
  INTERCEPT_FUNCTION(syscall);
  INTERCEPT_FUNCTION(_exit);
  INTERCEPT_FUNCTION(_Exit);
}
