//===- Context.h - What the runtime keeps per thread ------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Initial-exec thread-local state, zero in a new thread: readable from signal
/// handlers and before anything is initialised.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_CONTEXT_H
#define GVLSAN_CONTEXT_H

#include "sanitizer_common/sanitizer_common.h"

namespace gvlsan {

using namespace __sanitizer;

/// A callback that runs without the lock.
struct Region {
  const char *Releaser; ///< the function of the VM that runs it
  uptr Callback;        ///< the callback's address
  uptr Caller;          ///< return address of the call to Releaser
};

constexpr u32 NumVmMutexes = 4;

struct ThreadContext {
  /// > 0 while the runtime itself works on this thread: nothing is checked.
  u32 Inside;
  /// > 0 while the VM has this thread wait for a condition. It then holds no
  /// lock, whatever the VM's own flag says to a signal handler.
  u32 Waiting;
  /// This thread certainly holds the lock: the VM said so once, and since then
  /// it has neither begun to wait nor entered a callback that runs without it.
  /// What else the VM does without the lock it does with its own code only.
  /// False says nothing.
  bool SurelyHolds;
  /// What the heap's collector runs on this thread is no dfree.
  bool InFreeHook;
  /// The kernel reads it: system calls made past libc are caught, see
  /// RawSyscalls.h.
  bool CatchesSyscalls;
  /// A library was loaded past the place where we patch it.
  bool ImportsStale;
  /// The innermost region that this thread is in, as far as it was entered
  /// through a function that the adapter sees.
  const Region *InRegion;
  /// Callbacks of extensions that this thread runs without the lock, see
  /// Retired.h.
  u32 Borrowing;
  /// The VM's struct of the Ractor that this thread is one of; 0: not known
  /// yet.
  uptr VmRactor;
  /// 1-based; 0 until the thread is first named in a report.
  u32 Number;
  // What sealing needs, see Seal.cpp.
  bool SealedHere;   ///< the region that this thread is in was sealed for it
  bool UsedByKernel; ///< the kernel may be accessing a page for this thread
  bool ReadsMemory;  ///< the runtime reads something that may be closed
  bool SealsAgain;   ///< after the next instruction
  u8 NumStepped;
  uptr Stepped[4]; ///< pages that are open for one instruction
  uptr Judged[2];  ///< what string functions were last found to touch
  uptr VmMutexes[NumVmMutexes]; ///< that the VM last locked on this thread
  u32 NextVmMutex;
  struct {
    uptr Mutex, Owner;
  } Held[NumVmMutexes]; ///< as they were when this thread had the VM's lock
};

/// By the name that ApiStubs.S knows.
extern THREADLOCAL ThreadContext Thread __asm__("gvlsan_thread");

/// Names the calling thread in reports: 0 is the process's first thread, the
/// others count from 1 in the order in which they are first reported.
u32 threadNumber();

/// No system call is caught on this thread while one of these lives.
class ScopedUncaught {
public:
  ScopedUncaught() : Before(Thread.CatchesSyscalls) {
    Thread.CatchesSyscalls = false;
  }
  ~ScopedUncaught() { Thread.CatchesSyscalls = Before; }
  ScopedUncaught(const ScopedUncaught &) = delete;
  ScopedUncaught &operator=(const ScopedUncaught &) = delete;

private:
  bool Before;
};

/// Nothing is checked on this thread while one of these lives.
class ScopedInside {
public:
  ScopedInside() { ++Thread.Inside; }
  ~ScopedInside() { --Thread.Inside; }
  ScopedInside(const ScopedInside &) = delete;
  ScopedInside &operator=(const ScopedInside &) = delete;

private:
  ScopedUncaught Uncaught;
};

/// The VM waits on this thread while one of these lives.
class ScopedWaiting {
public:
  explicit ScopedWaiting(bool IsVm) : IsVm(IsVm), DidHold(Thread.SurelyHolds) {
    Thread.Waiting += IsVm;
    if (IsVm)
      Thread.SurelyHolds = false;
  }
  ~ScopedWaiting() {
    Thread.Waiting -= IsVm;
    Thread.SurelyHolds = DidHold;
  }
  ScopedWaiting(const ScopedWaiting &) = delete;
  ScopedWaiting &operator=(const ScopedWaiting &) = delete;

private:
  bool IsVm, DidHold;
};

} // namespace gvlsan

#endif // GVLSAN_CONTEXT_H
