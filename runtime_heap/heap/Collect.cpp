//===- Collect.cpp - The phases of a collection ---------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "heap/Heap.h"
#include "judge/Globals.h"
#include "judge/Judge.h"
#include "judge/Keepers.h"
#include "judge/Structs.h"

namespace rheap {

void Heap::beginCollection() {
  if (Collecting)
    rb_bug("a collection inside a collection");
  finishIncremental();
  Collecting = true;
  // What allocates now is told so.
  rewindPools();
  finishSweep();
  for (Pool &P : Pools)
    for (Page *Pg : P.Pages) {
      Pg->Marked.clearAll();
      Pg->Pinned.clearAll();
      Pg->Held.clearAll();
      Pg->Written.clearAll();
      Pg->OnStack = false;
    }
  WrittenObjects.clear();
  markRoots();
  drainMarkStack();
  if (Judging) {
    judgeGlobalsAfterMark();
    judgeStructs(*this);
    judgeKept(*this);
  }
}

void Heap::endCollection() {
  releaseEmptyPages();
  adjustAllowance();
  MallocIncrease = 0;
  Collecting = false;
  NumCollections.fetch_add(1, std::memory_order_relaxed);
  runZombies();
}

void Heap::collect() {
  beginCollection();
  sweepAll();
  endCollection();
  LiveAfterFull = countLive();
}

} // namespace rheap
