//===- Gvl.h - The global lock ----------------------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_GVL_GVL_H
#define RHEAP_GVL_GVL_H

#include "gvl/Thread.h"

#include <chrono>
#include <deque>

namespace rheap {

/// Who gets the lock next. One that explores schedules will choose otherwise.
class Scheduler {
public:
  virtual ~Scheduler() = default;
  /// \p Waiting is not empty, in order of arrival.
  virtual size_t pickNext(const std::deque<Thread *> & /*Waiting*/) {
    return 0;
  }
};

/// Fair: a release hands the lock to the next in the queue. While the lock is
/// free and a sanitizer watches, the heap's pages are sealed.
class Gvl {
public:
  void acquire(Thread &T);
  /// The same if the lock is free within \p Time.
  bool acquireWithin(Thread &T, std::chrono::milliseconds Time);
  void release(Thread &T);
  /// Lets others run, if there are any.
  void yield(Thread &T);
  bool hasWaiters();
  /// Any thread, async-signal-safe; 0: nobody.
  long holderTid() const { return Holder.load(std::memory_order_acquire); }

  // Around a fork the queue is at rest.
  void beforeFork() { M.lock(); }
  void afterForkInParent() { M.unlock(); }
  /// \p Holder is the one thread that is left, if it holds the lock.
  void afterForkInChild(Thread *Holder);

private:
  void take(Thread &T);
  void handOver();

  std::mutex M;
  std::deque<Thread *> Queue;
  Thread *Owner = nullptr;
  std::atomic<long> Holder{0};
  Scheduler Fifo;
  Scheduler *Policy = &Fifo;
};

Gvl &gvl();

void installForkHandlers(); // Fork.cpp

/// Runs \p F without the lock. The stack of the caller is scanned as it is now;
/// what F has on the stack is not.
template <class Fn> void withoutLock(Fn F);

} // namespace rheap

#include "gvl/MachineStack.h"
#include "gvl/ThreadEvents.h"

namespace rheap {

template <class Fn> void withoutLock(Fn F) {
  Thread &T = *Current;
  saveMachineContext(T, [&] {
    leaveLock(T);
    F();
    enterLock(T);
  });
}

} // namespace rheap

#endif // RHEAP_GVL_GVL_H
