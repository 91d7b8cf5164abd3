//===- Region.cpp - Code that runs without the lock -----------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "ruby/thread.h"

#include "gvl/Gvl.h"
#include "heap/Heap.h"
#include "judge/Judge.h"
#include "judge/Visibility.h"

using namespace rheap;

namespace {

/// What another thread might do just now, made certain (RHEAP_GC_AT_RELEASE).
void collectAtRelease(Thread &T) {
  AtRelease What = heap().Settings.Release;
  if (What == AtRelease::Nothing || heap().Disabled)
    return;
  gvl().acquire(T);
  if (What == AtRelease::Compact)
    heap().compact();
  else
    heap().collect();
  gvl().release(T);
}

} // namespace

void *rb_nogvl(void *(*Func)(void *), void *Data1, rb_unblock_function_t *Ubf,
               void *Data2, int Flags) {
  RHEAP_API();
  const void *Pc = lastCallSite();
  Thread &T = *Current;
  // The unblock function is known before the last look at the interrupts, so
  // that none falls between.
  for (;;) {
    if (Flags & RB_NOGVL_INTR_FAIL) {
      if (T.Pending.load(std::memory_order_acquire) & InterruptsOfRegions)
        return nullptr;
    } else {
      checkInterrupts();
    }
    std::lock_guard Guard(T.UnblockLock);
    if (T.Pending.load(std::memory_order_acquire) & InterruptsOfRegions)
      continue;
    T.Unblock = Ubf;
    T.UnblockArgument = Data2;
    break;
  }
  void *Result = nullptr;
  int Error = 0;
  bool WasInRegion = T.InRegion;
  saveMachineContext(T, [&] {
    leaveLock(T);
    collectAtRelease(T);
    T.InRegion = true;
    RegionCall Outer = beginRegion(Pc);
    Result = Func(Data1);
    Error = errno;
    endRegion(Outer);
    T.InRegion = WasInRegion;
    enterLock(T);
  });
  {
    std::lock_guard Guard(T.UnblockLock);
    T.Unblock = nullptr;
  }
  if (!(Flags & RB_NOGVL_INTR_FAIL))
    checkInterrupts();
  errno = Error;
  return Result;
}

void *rb_thread_call_without_gvl(void *(*Func)(void *), void *Data1,
                                 rb_unblock_function_t *Ubf, void *Data2) {
  RHEAP_API();
  return rb_nogvl(Func, Data1, Ubf, Data2, 0);
}

void *rb_thread_call_without_gvl2(void *(*Func)(void *), void *Data1,
                                  rb_unblock_function_t *Ubf, void *Data2) {
  RHEAP_API();
  return rb_nogvl(Func, Data1, Ubf, Data2, RB_NOGVL_INTR_FAIL);
}

void *rb_thread_call_with_gvl(void *(*Func)(void *), void *Data1) {
  Thread *T = Current;
  if (!T || HoldsLock) {
    if (!Judging)
      rb_bug("rb_thread_call_with_gvl: called by a thread which %s",
             T ? "has GVL." : "is no Ruby thread.");
    report(gvlsan::RuleId::W1, GVLSAN_ACCESS_CALL, "rb_thread_call_with_gvl",
           nullptr, 0, callSite(__builtin_return_address(0)), nullptr);
    if (T)
      return Func(Data1);
    BorrowedThread Guest;
    return Func(Data1);
  }
  rb_unblock_function_t *Ubf;
  void *UbfArgument;
  {
    std::lock_guard Guard(T->UnblockLock);
    Ubf = T->Unblock;
    UbfArgument = T->UnblockArgument;
    T->Unblock = nullptr;
  }
  // Frames from here on count again, and the callback's below them.
  const VALUE *Outer = T->StackTop.load(std::memory_order_relaxed);
  enterLock(*T);
  T->StackTop.store(nullptr, std::memory_order_release);
  T->InRegion = false;
  void *Result = Func(Data1);
  T->InRegion = true;
  T->StackTop.store(Outer, std::memory_order_release);
  {
    std::lock_guard Guard(T->UnblockLock);
    T->Unblock = Ubf;
    T->UnblockArgument = UbfArgument;
  }
  leaveLock(*T);
  return Result;
}
