//===- Baton.h - One thread at a time, by choice ----------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_GVL_BATON_H
#define RHEAP_GVL_BATON_H

#include "gvl/Thread.h"

#include <functional>
#include <string>

namespace rheap {

/// With RHEAP_SCHEDULE the threads of the heap run one at a time, in regions as
/// well, and at each schedule point a choice is made of who goes on. The
/// choices come from a seed or from a list, so that a run can be made again.
///
/// A schedule point is: the lock is wanted, the lock is given up, a region is
/// about to make a system call that WrapCalls.def knows or has made it, what a
/// compaction moves has moved, a thread waits for something of the heap, ends,
/// or has just begun.
class Baton {
public:
  /// Reads \p Schedule: "seed:N" or "list:C,C,...". \returns an error message,
  /// or nullptr. Before any thread but the caller's.
  const char *start(const char *Schedule);
  bool active() const { return Active; }

  /// Of threads of the heap. Nothing when it is not active.
  void point();
  /// Waits until \p Ready holds and it is this thread's turn. \p Ready is
  /// called by others, with the baton's mutex.
  void waitFor(std::function<bool()> Ready);
  /// The calling thread is \p T and waits for its first turn; its starter has
  /// called expect().
  void begin(Thread &T);
  void expect(Thread &T);
  void end(Thread &T);
  /// In the child of a fork: \p Left is alone.
  void afterForkInChild(Thread *Left);

  /// At exit: one line a choice in the file RHEAP_SCHEDULE_LOG, "chosen of
  /// how many".
  void writeLog() const;

private:
  struct Place {
    Thread *T;
    /// Null: ready.
    std::function<bool()> Ready;
    /// Was found asleep in a system call while it had the turn. It runs out of
    /// turn when that returns, up to its next schedule point.
    bool Asleep;
  };
  Place &placeOf(Thread &T);
  size_t choose(size_t Of);
  void passOn();
  void waitForTurn(std::unique_lock<std::mutex> &Guard, Thread &T);
  bool stealFromSleeper();

  bool Active = false;
  bool Seeded = false;
  uint64_t State = 0;
  std::vector<unsigned> Given;
  std::vector<std::pair<unsigned, unsigned>> Made;
  std::mutex M;
  std::vector<Place> Places;
  Thread *Turn = nullptr;
};

Baton &baton();

} // namespace rheap

#endif // RHEAP_GVL_BATON_H
