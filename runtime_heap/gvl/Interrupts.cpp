//===- Interrupts.cpp - Asking a thread to do something else --------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "gvl/Baton.h"
#include "gvl/Gvl.h"
#include "gvl/PostponedJobs.h"

#include <chrono>
#include <csignal>

namespace rheap {

void installUnblockSignal() {
  // Only there to make blocking system calls return with EINTR.
  struct sigaction Action = {};
  Action.sa_handler = [](int) {};
  sigemptyset(&Action.sa_mask);
  sigaction(SIGVTALRM, &Action, nullptr);
}

void interrupt(Thread &T, Interrupt Why) {
  T.Pending.fetch_or(Why, std::memory_order_release);
  std::lock_guard Guard(T.UnblockLock);
  if (T.Unblock == RUBY_UBF_IO)
    pthread_kill(T.Native, SIGVTALRM);
  else if (T.Unblock)
    T.Unblock(T.UnblockArgument);
}

void checkInterrupts() {
  Thread &T = *Current;
  if (hasPostponedJobs())
    runPostponedJobs();
  if (!T.Pending.load(std::memory_order_relaxed))
    return;
  // A wakeup waits for the sleep that it ends.
  unsigned Pending =
      T.Pending.fetch_and(InterruptWakeup, std::memory_order_acquire);
  if (Pending & InterruptKill) {
    T.ErrInfo = Qnil;
    jump(JumpKill);
  }
  if (Pending & InterruptTimer)
    gvl().yield(T);
}

void sleepFor(long long Nanoseconds) {
  struct Bed {
    std::mutex M;
    std::condition_variable Alarm;
    bool Woken = false;
  } B;
  Thread &T = *Current;
  // A wakeup that came before the sleep ends it at once.
  {
    std::lock_guard Guard(T.UnblockLock);
    T.UnblockArgument = &B;
    T.Unblock = [](void *Argument) {
      auto &B = *static_cast<Bed *>(Argument);
      std::lock_guard Guard(B.M);
      B.Woken = true;
      B.Alarm.notify_all();
    };
  }
  if (!(T.Pending.load(std::memory_order_acquire) &
        (InterruptWakeup | InterruptKill)))
    withoutLock([&] {
      if (baton().active()) {
        // A sleep with an end is over whenever its turn comes.
        baton().waitFor([&] {
          std::lock_guard Guard(B.M);
          return B.Woken || Nanoseconds >= 0;
        });
        return;
      }
      std::unique_lock Guard(B.M);
      auto Done = [&] { return B.Woken; };
      if (Nanoseconds < 0)
        B.Alarm.wait(Guard, Done);
      else
        B.Alarm.wait_for(Guard, std::chrono::nanoseconds(Nanoseconds), Done);
    });
  {
    std::lock_guard Guard(T.UnblockLock);
    T.Unblock = nullptr;
  }
  T.Pending.fetch_and(~unsigned(InterruptWakeup), std::memory_order_acq_rel);
  checkInterrupts();
}

} // namespace rheap
