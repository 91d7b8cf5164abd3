//===- Barrier.h - The interface of the read-barrier designs ----*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_BARRIERS_BARRIER_H
#define RHEAP_BARRIERS_BARRIER_H

#include "heap/Page.h"

namespace rheap {

class Heap;

/// While a compaction is under way objects have moved but references to them
/// are not updated yet, and user code may run: a dfree, and any code without
/// the lock. A design says what happens when that code touches a page that
/// objects have left. One design is one file; it is chosen at start.
class Barrier {
public:
  virtual ~Barrier() = default;

  /// As RHEAP_BARRIER spells it.
  virtual const char *name() const = 0;

  /// With the lock, before the first move, and after the last one but before
  /// references are updated; the second with Heap::MoveLock.
  virtual void beginCompaction(Heap &) {}
  virtual void endCompaction(Heap &) {}

  /// With the lock and Heap::MoveLock, before the first object leaves \p P.
  virtual void beforeVacate(Heap &, Page &P) {}

  /// A thread, with the lock or without, touched \p P and faulted; called in
  /// its signal handler. \returns whether the access can go on.
  virtual bool onFault(Heap &, Page &P) { return false; }
};

/// \returns the design, with static lifetime; nullptr for an unknown name.
Barrier *findBarrier(const char *Name);
bool isBarrierName(const char *Name);
/// All names, separated by spaces.
const char *barrierNames();

Barrier &mprotectBarrier();
Barrier &noBarrier();

} // namespace rheap

#endif // RHEAP_BARRIERS_BARRIER_H
