//===- Generations.cpp - Collecting the young objects only ----------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// Mark bits stay set between collections: what has one is old. A young
// collection marks from the roots and from the old objects that may refer to
// young ones, and stops at what is marked already. Those are the objects whose
// writes are noted (strings, arrays, numbers, T_DATA whose type says so) and
// that were written to, and all others. What is old and dead waits for a full
// collection. Under judging and stress every collection is full, so that what
// is dead is dead at once.
//
//===----------------------------------------------------------------------===//

#include "heap/Heap.h"
#include "judge/Judge.h"

namespace rheap {

void Heap::noteWritten(Page &P, unsigned I) {
  if (P.Written.test(I))
    return;
  P.Written.set(I);
  WrittenObjects.push_back(P.slotAt(I));
}

size_t Heap::countLive() const {
  size_t Live = 0;
  for (const Pool &P : Pools)
    for (const Page *Pg : P.Pages)
      Live += size_t(Pg->numLive()) * Pg->SlotSize;
  return Live;
}

void Heap::collectForSpace() {
  if (Judging || Settings.GcStress != Stress::Nothing) {
    collect();
    return;
  }
  if (!LiveAfterFull) {
    collectLazily();
    return;
  }
  collectYoung();
  // Most of what is old and dead is in what has been added since.
  if (countLive() > LiveAfterFull * 2 + 16 * PageSize)
    collectLazily();
}

void Heap::collectLazily() {
  if (AutoCompact) {
    compact();
    return;
  }
  beginCollection();
  startLazySweep();
  endCollection();
  LiveAfterFull = countLive();
}

void Heap::collectYoung() {
  finishIncremental();
  Collecting = true;
  rewindPools();
  finishSweep();
  for (VALUE V : WrittenObjects)
    if (isObject(V) && isMarked(V))
      MarkStack.push_back(V);
  for (Pool &P : Pools)
    for (Page *Pg : P.Pages) {
      Pg->Marked.eachCommon(Pg->Unprotected, [&](unsigned I) {
        MarkStack.push_back(Pg->slotAt(I));
      });
      Pg->Written.clearAll();
    }
  WrittenObjects.clear();
  markRoots();
  drainMarkStack();
  startLazySweep();
  endCollection();
}

} // namespace rheap
