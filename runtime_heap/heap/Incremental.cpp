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
// Two barriers can answer for it.
//
// B.explicit, one at each read: whatever the program has loaded since the
// beginning is up to date, and pinned, so that none of its variables goes stale
// when a later step moves more. What it has made since then holds only such
// references and is not moved. References are updated in steps, too.
//
// B.uffd, one at each page: the program sees no new address at all. What it
// touches comes back with its page, which is then left alone. References are
// updated at once, when all has moved, after what the stacks, roots and dmarks
// keep in place by then has been brought back; so the bounded steps are those
// that move and those that free, and one pause is as long as an update.
//
// A collection of any kind, and a fork, ends the compaction first.
//
//===----------------------------------------------------------------------===//

#include "heap/Incremental.h"

#include "gvl/MachineStack.h"
#include "model/Data.h"

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
  if (Now == Phase::Update && !H.ReadBarrier->needsOptIn()) {
    // A step of its own.
    if (!Budget)
      return false;
    H.updateAtOnce();
    Now = Phase::Release;
    return false;
  }
  if (Now == Phase::Update)
    eachPage(Budget, Phase::Release, [&](Page &P) {
      for (unsigned I = 0; I < P.NumSlots; ++I)
        if (P.Marked.test(I))
          H.updateObject(P.slotAt(I));
    });
  if (Now == Phase::Release) {
    // Nothing but the runtime's own tables may still name an emptied slot.
    if (H.ReadBarrier->needsOptIn() && !NextPool && !NextPage)
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
  if (!ReadBarrier->worksInSteps())
    rb_raise(rb_eNotImpError,
             "a compaction in steps needs RHEAP_BARRIER=explicit or uffd");
  if (!Stepwise) {
    startIncremental();
    return false;
  }
  // No allocation, and no collection, in a step.
  Collecting = true;
  bool Done = Stepwise->step(Budget);
  Collecting = false;
  // The next allocations look for pages that are not vacated.
  rewindPools();
  if (Done)
    endIncremental();
  return Done;
}

void Heap::bringHomeIfMoved(VALUE V) {
  if (hasJustMoved(V))
    undoMoves(*pageOf(V));
}

/// What came to be pinned since the beginning.
void Heap::bringHomeWhatIsHeld() {
  BringingHome = true;
  size_t Before;
  do {
    // An object that comes back may have been looked for where it was not yet.
    Before = NumHealed;
    RootSet.mark(*this);
    scanMachineStacks([this](const VALUE *Begin, const VALUE *End) {
      markRange(Begin, End);
    });
    eachObject([this](VALUE V) {
      // By the mirror: to look at it is no reason to bring it back.
      auto Seen = VALUE(Memory.mirror(reinterpret_cast<VALUE *>(V)));
      if (typeOf(Seen) != T_DATA)
        return;
      RUBY_DATA_FUNC Mark = dataMark(Seen);
      if (void *Data = dataOf(Seen); Data && Mark)
        Mark(Data);
    });
  } while (NumHealed != Before);
  BringingHome = false;
}

void Heap::updateAtOnce() {
  bringHomeWhatIsHeld();
  {
    std::lock_guard Guard(MoveLock);
    ReadBarrier->endCompaction(*this);
  }
  RootSet.update(*this);
  // Also what has been made since the beginning.
  eachObject([this](VALUE V) { updateObject(V); });
  for (VALUE &V : WrittenObjects) {
    updateReference(V);
    Page &P = *pageOf(V);
    P.Written.set(P.indexOf(reinterpret_cast<void *>(V)));
  }
}

void Heap::endIncremental() {
  Stepwise.reset();
  Collecting = true;
  if (ReadBarrier->needsOptIn()) {
    std::lock_guard Guard(MoveLock);
    ReadBarrier->endCompaction(*this);
  }
  NumCompactions.fetch_add(1, std::memory_order_relaxed);
  endCollection();
  LiveAfterFull = countLive();
}

void Heap::finishIncremental() {
  while (Stepwise && !Collecting && !compactStep(SIZE_MAX)) {
  }
}

} // namespace rheap
