//===- Thread.cpp - Threads of the heap -----------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "gvl/Thread.h"

#include "gvl/Baton.h"
#include "gvl/Gvl.h"
#include "heap/Heap.h"

#include <algorithm>
#include <chrono>
#include <sys/syscall.h>
#include <unistd.h>

namespace rheap {

thread_local Thread *Current = nullptr;
thread_local bool HoldsLock = false;

std::vector<Thread *> &threads() {
  static auto *All = new std::vector<Thread *>;
  return *All;
}

namespace {

std::mutex ListLock;
std::condition_variable SomeoneEnded;

void markThread(Heap &H, Thread &T) {
  H.mark(T.ErrInfo, true);
  H.mark(T.Thrown, true);
  H.mark(T.Self, true);
  H.mark(T.Value, true);
  H.mark(T.Error, true);
  for (auto &[Name, V] : T.Locals)
    H.mark(V, true);
}

const rb_data_type_t ThreadType = {
    "Thread",
    {[](void *Data) { markThread(heap(), *static_cast<Thread *>(Data)); },
     [](void *Data) {
       auto *T = static_cast<Thread *>(Data);
       if (T->Dead && !T->Lost)
         delete T;
     },
     nullptr,
     nullptr,
     {}},
    nullptr,
    nullptr,
    RUBY_TYPED_FREE_IMMEDIATELY};

void enlist(Thread *T) {
  std::lock_guard Guard(ListLock);
  threads().push_back(T);
}

void setNative(Thread &T) {
  T.Native = pthread_self();
  T.Tid = syscall(SYS_gettid);
  pthread_attr_t Attributes;
  void *Low = nullptr;
  size_t Size = 0;
  if (pthread_getattr_np(pthread_self(), &Attributes) == 0) {
    pthread_attr_getstack(&Attributes, &Low, &Size);
    pthread_attr_destroy(&Attributes);
  }
  T.StackBase =
      reinterpret_cast<const VALUE *>(static_cast<char *>(Low) + Size);
  Current = &T;
}

void *runThread(void *Argument) {
  auto *T = static_cast<Thread *>(Argument);
  setNative(*T);
  baton().begin(*T);
  announce(*T, RUBY_INTERNAL_THREAD_EVENT_STARTED);
  enterLock(*T);
  int State = protect([T] {
    // One that was killed before it began never runs.
    checkInterrupts();
    T->Value = T->Func(T->Argument);
  });
  if (State == JumpRaise)
    T->Error = T->ErrInfo;
  T->ErrInfo = Qnil;
  if (WantedEvents.load()) {
    // Hooks hear of the end while the Thread object is still kept, and before
    // anyone who waits for it.
    leaveLock(*T);
    announce(*T, RUBY_INTERNAL_THREAD_EVENT_EXITED);
    gvl().acquire(*T);
  }
  {
    std::lock_guard Guard(ListLock);
    auto &All = threads();
    All.erase(std::find(All.begin(), All.end(), T));
    T->Dead = true;
    SomeoneEnded.notify_all();
  }
  // From here the Thread object may be collected, and T with it, as soon as the
  // lock is gone.
  Current = nullptr;
  gvl().release(*T);
  baton().end(*T);
  return nullptr;
}

} // namespace

std::mutex &threadListLock() { return ListLock; }

void registerThreads() {
  heap().RootSet.addTable({[](Heap &H) {
                             for (Thread *T : threads())
                               markThread(H, *T);
                           },
                           [](Heap &) {}});
}

Thread *attachThread() {
  auto *T = new Thread;
  setNative(*T);
  enlist(T);
  return T;
}

void makeThreadObject(Thread &T) {
  T.Self = rb_data_typed_object_wrap(rb_cThread, &T, &ThreadType);
}

void detachThread(Thread *T) {
  baton().end(*T);
  std::lock_guard Guard(ListLock);
  auto &All = threads();
  All.erase(std::find(All.begin(), All.end(), T));
  Current = nullptr;
  delete T;
}

Thread *threadOf(VALUE V) {
  return static_cast<Thread *>(rb_check_typeddata(V, &ThreadType));
}

VALUE startThread(VALUE (*Func)(void *), void *Argument) {
  auto *T = new Thread;
  T->Dead = true; // until it runs: a collection may free it with its object
  VALUE Self = rb_data_typed_object_wrap(rb_cThread, T, &ThreadType);
  T->Self = Self;
  T->Func = Func;
  T->Argument = Argument;
  T->Dead = false;
  enlist(T);
  pthread_t Native;
  baton().expect(*T);
  if (int Error = pthread_create(&Native, nullptr, runThread, T)) {
    baton().end(*T);
    std::lock_guard Guard(ListLock);
    threads().pop_back();
    T->Dead = true;
    rb_raise(rb_eThreadError, "can't create Thread: %s", strerror(Error));
  }
  pthread_detach(Native);
  RB_GC_GUARD(Self);
  return Self;
}

VALUE joinThread(Thread *T) {
  if (T == Current)
    rb_raise(rb_eThreadError, "Target thread must not be current thread");
  VALUE Self = T->Self;
  for (;;) {
    bool Done = false;
    withoutLock([&] {
      Thread *Self = Current;
      baton().waitFor([T, Self] { return T->Dead || Self->Pending.load(); });
      std::unique_lock Guard(ListLock);
      // Also looks at the own interrupts now and then.
      SomeoneEnded.wait_for(Guard, std::chrono::milliseconds(50),
                            [&] { return T->Dead; });
      Done = T->Dead;
    });
    if (Done)
      break;
    // A signal that came just before a system call was lost.
    if (T->Pending.load(std::memory_order_acquire) & InterruptKill)
      interrupt(*T, InterruptKill);
    checkInterrupts();
  }
  RB_GC_GUARD(Self);
  if (!NIL_P(T->Error))
    rb_exc_raise(T->Error);
  return T->Value;
}

void terminateOthers() {
  auto Deadline = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  while (threads().size() > 1 && std::chrono::steady_clock::now() < Deadline) {
    for (Thread *T : threads())
      if (T != Current)
        interrupt(*T, InterruptKill);
    withoutLock([] {
      // Its turn has gone to others already, if turns are taken.
      if (baton().active())
        return;
      std::unique_lock Guard(ListLock);
      SomeoneEnded.wait_for(Guard, std::chrono::milliseconds(10));
    });
  }
}

} // namespace rheap
