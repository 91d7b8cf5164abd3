//===- Incremental.h - A compaction in steps --------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_HEAP_INCREMENTAL_H
#define RHEAP_HEAP_INCREMENTAL_H

#include "heap/PoolCompactor.h"

namespace rheap {

/// A compaction under way between whose steps the program runs. With the lock.
class IncrementalCompaction {
public:
  /// After marking and sweeping.
  explicit IncrementalCompaction(Heap &H);

  /// Moves, updates or frees about \p Budget slots. \returns whether it is
  /// over.
  bool step(size_t Budget);

private:
  enum class Phase { Move, Update, Release, Done };

  void move(size_t &Budget);
  /// Calls \p F with the next pages, whose slots count against \p Budget.
  template <class Fn> void eachPage(size_t &Budget, Phase Next, Fn F);

  Heap &H;
  Phase Now = Phase::Move;
  std::vector<PoolCompactor> Compactors;
  size_t NextPool = 0;
  size_t NextPage = 0;
};

} // namespace rheap

#endif // RHEAP_HEAP_INCREMENTAL_H
