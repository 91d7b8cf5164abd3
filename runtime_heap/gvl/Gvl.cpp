//===- Gvl.cpp - The global lock ------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "gvl/Gvl.h"

#include "gvl/Baton.h"
#include "heap/Heap.h"

#include <thread>

namespace rheap {

Gvl &gvl() {
  static Gvl *G = new Gvl;
  return *G;
}

/// How long a thread keeps the lock while others wait, as in CRuby.
static constexpr std::chrono::milliseconds Quantum{10};

void Gvl::take(Thread &T) {
  Owner = &T;
  Holder.store(T.Tid, std::memory_order_release);
}

void Gvl::acquire(Thread &T) {
  baton().waitFor([this] { return holderTid() == 0; });
  std::unique_lock Guard(M);
  if (!Owner && Queue.empty()) {
    take(T);
    heap().Guards.unseal();
    heap().External.unseal();
  } else {
    Queue.push_back(&T);
    while (Owner != &T)
      if (T.Wake.wait_for(Guard, Quantum) == std::cv_status::timeout && Owner &&
          Owner != &T)
        Owner->Pending.fetch_or(InterruptTimer, std::memory_order_release);
  }
  HoldsLock = true;
}

bool Gvl::acquireWithin(Thread &T, std::chrono::milliseconds Time) {
  auto Deadline = std::chrono::steady_clock::now() + Time;
  while (holderTid() != 0) {
    if (std::chrono::steady_clock::now() > Deadline)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  acquire(T);
  return true;
}

void Gvl::release(Thread &) {
  handOver();
  baton().point();
}

void Gvl::handOver() {
  std::lock_guard Guard(M);
  HoldsLock = false;
  if (Queue.empty()) {
    Owner = nullptr;
    Holder.store(0, std::memory_order_release);
    if (heap().Settings.Seal)
      heap().Guards.seal();
    return;
  }
  auto Next = Queue.begin() + long(Policy->pickNext(Queue));
  Thread *Chosen = *Next;
  Queue.erase(Next);
  take(*Chosen);
  Chosen->Wake.notify_all();
}

void Gvl::yield(Thread &) {
  if (!hasWaiters() && !baton().active())
    return;
  withoutLock([] {});
}

void Gvl::afterForkInChild(Thread *Left) {
  Queue.clear();
  Owner = Left;
  Holder.store(Left ? Left->Tid : 0, std::memory_order_release);
  M.unlock();
}

bool Gvl::hasWaiters() {
  std::lock_guard Guard(M);
  return !Queue.empty();
}

} // namespace rheap
