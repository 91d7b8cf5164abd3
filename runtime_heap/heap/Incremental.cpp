//===- Incremental.cpp - A compaction in steps ----------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// What barriers are really for: the program runs between the steps. It begins
// with a pause in which everything is marked and swept; the steps move objects,
// then update references, then free the emptied slots.
//
// It needs a barrier at each read: with B.explicit whatever the program has
// loaded since the beginning is up to date, and pinned, so that none of its
// variables goes stale when a later step moves more. What it has made since
// then holds only such references and is not moved. A collection of any kind
// ends the compaction first.
//
//===----------------------------------------------------------------------===//

#include "heap/Incremental.h"

#include <algorithm>
#include <mutex>

namespace rheap {

IncrementalCompaction::IncrementalCompaction(Heap &H) : H(H) {
  for (Pool &P : H.Pools)
    Compactors.emplace_back(H, P, /*Swept=*/true);
}

void IncrementalCompaction::move(size_t &Budget) {
  for (; NextPool < Compactors.size(); ++NextPool)
    if (!Compactors[NextPool].advance(Budget))
      return;
  NextPool = 0;
  Now = Phase::Update;
}

template <class Fn>
void IncrementalCompaction::eachPage(size_t &Budget, Phase Next, Fn F) {
  for (; NextPool < NumPools; ++NextPool, NextPage = 0)
    for (auto &Pages = H.Pools[NextPool].Pages; NextPage < Pages.size();
         ++NextPage) {
      if (!Budget)
        return;
      Page &P = *Pages[NextPage];
      F(P);
      Budget -= std::min<size_t>(Budget, P.NumSlots);
    }
  NextPool = 0;
  Now = Next;
}

bool IncrementalCompaction::step(size_t Budget) {
  if (Now == Phase::Move)
    move(Budget);
  if (Now == Phase::Update)
    eachPage(Budget, Phase::Release, [&](Page &P) {
      for (unsigned I = 0; I < P.NumSlots; ++I)
        if (P.Marked.test(I))
          H.updateObject(P.slotAt(I));
    });
  if (Now == Phase::Release) {
    // Nothing but the runtime's own tables may still name an emptied slot.
    if (!NextPool && !NextPage)
      H.RootSet.update(H);
    eachPage(Budget, Phase::Done, [&](Page &P) { H.releaseMoved(P); });
  }
  return Now == Phase::Done;
}

void Heap::releaseMoved(Page &P) {
  for (unsigned I = 0; I < P.NumSlots; ++I) {
    VALUE V = P.slotAt(I);
    if (typeOf(V) == T_MOVED && !staysMoved(V))
      linkFree(P, V);
  }
}

void Heap::startIncremental() {
  beginCollection();
  ++Compaction;
  for (Pool &P : Pools)
    for (Page *Pg : P.Pages)
      Pg->Healed = false;
  sweepAll();
  adjustAllowance();
  ReadBarrier->beginCompaction(*this);
  Stepwise = std::make_unique<IncrementalCompaction>(*this);
  Collecting = false;
}

bool Heap::compactStep(size_t Budget) {
  if (!ReadBarrier->needsOptIn())
    rb_raise(rb_eNotImpError,
             "a compaction in steps needs RHEAP_BARRIER=explicit");
  if (!Stepwise) {
    startIncremental();
    return false;
  }
  // No allocation, and no collection, in a step.
  Collecting = true;
  bool Done = Stepwise->step(Budget);
  Collecting = false;
  if (Done)
    endIncremental();
  return Done;
}

void Heap::endIncremental() {
  Stepwise.reset();
  Collecting = true;
  {
    std::lock_guard Guard(MoveLock);
    ReadBarrier->endCompaction(*this);
  }
  NumCompactions.fetch_add(1, std::memory_order_relaxed);
  endCollection();
  LiveAfterFull = countLive();
}

void Heap::finishIncremental() {
  while (Stepwise && !compactStep(SIZE_MAX)) {
  }
}

} // namespace rheap
