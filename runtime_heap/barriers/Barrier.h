//===- Barrier.h - The interface of the read-barrier designs ----*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_BARRIERS_BARRIER_H
#define RHEAP_BARRIERS_BARRIER_H

#include "Catalogue.h"
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

  /// Once, at start-up, when the design is the chosen one.
  /// \returns why this machine cannot do it, with static lifetime; nullptr.
  virtual const char *start(Heap &) { return nullptr; }

  /// Whether all pages are swept before the first object moves, so that no
  /// dfree runs in between.
  virtual bool sweepsFirst() const { return false; }
  /// Whether an object that has not opted in stays where it is, and so does
  /// all it refers to.
  virtual bool needsOptIn() const { return false; }
  /// Whether the program may run in the middle of a compaction.
  virtual bool worksInSteps() const { return false; }
  /// Whether objects may leave the page.
  virtual bool mayVacate(const Page &) const { return true; }

  /// With the lock, before the first move, and after the last one but before
  /// references are updated; the second with Heap::MoveLock.
  virtual void beginCompaction(Heap &) {}
  virtual void endCompaction(Heap &) {}

  /// With the lock and Heap::MoveLock, before the first object leaves the page.
  virtual void beforeVacate(Heap &, Page &) {}

  /// A thread, with the lock or without, touched the page and faulted; called
  /// in its signal handler. \returns whether the access can go on.
  virtual bool onFault(Heap &, Page &) { return false; }

  /// Heap::undoMoves has brought back what had left the page: user code may see
  /// it again. With Heap::MoveLock; async-signal-safe.
  virtual void reopen(Heap &, Page &) {}

  /// In the child of a fork, where the pages are mapped anew.
  virtual void afterForkInChild(Heap &) {}
};

/// \returns the design, with static lifetime; nullptr for an unknown name. As
/// RHEAP_BARRIER spells it: "mprotect" is B.mprotect of the catalogue.
Barrier *findBarrier(const char *Name);
/// The name of a row of the catalogue; nullptr for one that is a fix.
const char *barrierName(const gvlsan::DesignInfo &Row);
/// All names, separated by spaces.
const char *barrierNames();

Barrier &mprotectBarrier();
Barrier &uffdBarrier();
Barrier &wrapBarrier();
Barrier &explicitBarrier();
Barrier &sweepFirstBarrier();
Barrier &pinPagesBarrier();
Barrier &noBarrier();

} // namespace rheap

#endif // RHEAP_BARRIERS_BARRIER_H
