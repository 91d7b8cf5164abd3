//===- SlidingCompactor.h - Everything slides to the front ------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_HEAP_SLIDINGCOMPACTOR_H
#define RHEAP_HEAP_SLIDINGCOMPACTOR_H

#include "heap/Heap.h"

namespace rheap {

/// Slides the objects of one pool to its first holes, in the order of their
/// addresses. With the lock.
class SlidingCompactor {
public:
  /// \p Swept: all pages have been swept already.
  SlidingCompactor(Heap &H, Pool &P, bool Swept);

  /// Moves all that moves, or stops at the first undo.
  void run();
  /// Takes back all moves since the first one off \p P, the last first. With
  /// Heap::MoveLock; any thread, also in a signal handler.
  void undoFrom(Page &P);
  /// With references updated: frees the emptied slots, and forgets where what
  /// was in them is.
  void finish();

private:
  struct Move {
    VALUE From, To;
  };

  bool isHole(VALUE Slot) const;
  VALUE nextHole(unsigned SourceSlot);
  void move(Page &From, unsigned SourceSlot);
  void takeBack(const Move &M);

  Heap &H;
  std::vector<Page *> &Pages;
  bool Swept;
  /// Something was undone: the slots from there on hold what they held before.
  std::atomic<bool> Over{false};
  size_t Source = 0;
  size_t Target = 0;
  unsigned TargetSlot = 0;
  /// In order of source pages, which is the order in which they are entered.
  std::vector<Move> Log;
};

} // namespace rheap

#endif // RHEAP_HEAP_SLIDINGCOMPACTOR_H
