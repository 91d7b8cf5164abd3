//===- SpinLock.h - A lock for signal handlers ------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_HEAP_SPINLOCK_H
#define RHEAP_HEAP_SPINLOCK_H

#include <atomic>
#include <sched.h>

namespace rheap {

/// For short sections that a fault handler of another thread enters too. The
/// holder must not touch a page that may be protected.
class SpinLock {
public:
  void lock() {
    while (Taken.exchange(true, std::memory_order_acquire))
      sched_yield();
  }
  void unlock() { Taken.store(false, std::memory_order_release); }

private:
  std::atomic<bool> Taken{false};
};

} // namespace rheap

#endif // RHEAP_HEAP_SPINLOCK_H
