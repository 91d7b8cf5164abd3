//===- LazySweep.cpp - Sweeping a page at a time --------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// A collection that needs space only marks, and says of each page that it is
// not swept. Who needs a slot and finds no swept page with one sweeps a few
// pages of that pool, until one has a free slot at least, and one page more, so
// that the other pools are swept as well. A few, so that such a step, which is
// a hundred times as long as an allocation, is rarer than that. C
// memory that is asked for sweeps by its size, since what the dead own goes
// with them. Whatever looks at all pages (a collection, a compaction, the end)
// sweeps the rest first.
//
// What is dead and not swept is no object any more (Heap::isObject).
//
//===----------------------------------------------------------------------===//

#include "heap/Heap.h"

namespace rheap {

/// Pages of the pool that are swept at once.
static constexpr size_t PagesPerStep = 4;
/// C memory for which one page is swept.
static constexpr size_t BytesPerStep = size_t(16) * 1024;

void Heap::startLazySweep() {
  if (!Settings.LazySweep) {
    sweepAll();
    return;
  }
  for (Pool &P : Pools) {
    P.SweepCursor = 0;
    for (Page *Pg : P.Pages) {
      Pg->Unswept = true;
      ++NumUnswept;
    }
  }
  SweepDebt = 0;
  SweepEnds = NumUnswept != 0;
  NumLazySweeps.fetch_add(1, std::memory_order_relaxed);
}

void Heap::sweepUnswept(Page &P) {
  bool Was = std::exchange(Collecting, true);
  sweepPage(P);
  Collecting = Was;
  P.Unswept = false;
  --NumUnswept;
}

bool Heap::sweepNextOf(Pool &P) {
  for (; P.SweepCursor < P.Pages.size(); ++P.SweepCursor)
    if (Page &Pg = *P.Pages[P.SweepCursor]; Pg.Unswept) {
      sweepUnswept(Pg);
      return true;
    }
  return false;
}

void Heap::sweepSome(size_t NumPages) {
  for (Pool &P : Pools)
    while (NumPages && sweepNextOf(P))
      --NumPages;
  afterSweepStep();
}

void Heap::afterSweepStep() {
  if (!NumUnswept && std::exchange(SweepEnds, false)) {
    releaseEmptyPages();
    rewindPools();
  }
  // They may allocate, and collect.
  runZombies();
}

void Heap::sweepForSlot(Pool &P) {
  if (!NumUnswept) {
    afterSweepStep();
    return;
  }
  size_t I = P.Cursor;
  while (I < P.Pages.size() && !P.Pages[I]->Unswept && !P.Pages[I]->FreeList)
    ++I;
  if (I < P.Pages.size() && !P.Pages[I]->Unswept)
    return;
  size_t Swept = 0;
  for (bool Found = false;
       I < P.Pages.size() && (Swept < PagesPerStep || !Found); ++I) {
    Page &Pg = *P.Pages[I];
    if (Pg.Unswept) {
      sweepUnswept(Pg);
      ++Swept;
    }
    Found |= Pg.FreeList != 0;
  }
  sweepSome(1);
}

void Heap::sweepForBytes(size_t Size) {
  SweepDebt += Size;
  if (size_t Steps = SweepDebt / BytesPerStep) {
    SweepDebt %= BytesPerStep;
    sweepSome(Steps);
  }
}

void Heap::finishSweep() {
  for (Pool &P : Pools)
    while (sweepNextOf(P)) {
    }
  SweepEnds = false;
}

} // namespace rheap
