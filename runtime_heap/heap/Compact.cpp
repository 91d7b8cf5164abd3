//===- Compact.cpp - Two fingers, and their undoing -----------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// As CRuby's, unless sliding is asked for (SlidingCompactor.cpp): one finger
// sweeps pages from the front, the other takes objects from the back and puts
// them into the holes just swept. User code runs in between, when a page is
// swept (dfree); it is what barriers are for. A design that sweeps first has
// all pages swept before.
//
// Objects are moved through the arena's mirror: the collector itself never
// touches a protected page.
//
//===----------------------------------------------------------------------===//

#include "gvl/Baton.h"
#include "heap/Heap.h"
#include "heap/PoolCompactor.h"
#include "heap/SlidingCompactor.h"
#include "judge/Globals.h"
#include "judge/Judge.h"
#include "judge/Stale.h"
#include "model/References.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <mutex>
#include <utility>

namespace rheap {

void transferBits(Page &From, VALUE Old, Page &To, VALUE New) {
  unsigned I = From.indexOf(reinterpret_cast<void *>(Old));
  unsigned J = To.indexOf(reinterpret_cast<void *>(New));
  From.Marked.clear(I);
  To.Marked.set(J);
  if (From.Unprotected.test(I)) {
    From.Unprotected.clearShared(I);
    To.Unprotected.setShared(J);
  }
  if (From.Visible.test(I)) {
    From.Visible.clearShared(I);
    To.Visible.setShared(J);
  }
}

/// For reports: the object at \p New, in \p To, has come from \p Old.
static void noteOrigin(Page &To, VALUE New, VALUE Old) {
  // Never freed: a signal handler may look at it at any time.
  if (!To.Origin)
    To.Origin = static_cast<VALUE *>(calloc(MaxSlots, sizeof(VALUE)));
  if (To.Origin)
    To.Origin[To.indexOf(reinterpret_cast<void *>(New))] = Old;
}

bool PoolCompactor::advance(size_t &Budget) {
  if (!Started) {
    Started = true;
    if (Pages.empty())
      return true;
    Back = Pages.size() - 1;
    Slot = Pages[Back]->NumSlots;
    enterPage();
  }
  while (Front < Back && Budget > 0) {
    if (move(*Pages[Front])) {
      --Budget;
      continue;
    }
    ++Front;
    enterPage();
  }
  return Front >= Back;
}

void PoolCompactor::enterPage() {
  if (Front < Back && !H.ReadBarrier->sweepsFirst() && !Swept)
    H.sweepPage(*Pages[Front]);
}

void PoolCompactor::sweepRest() {
  for (size_t I = Front; I < Pages.size(); ++I)
    H.sweepPage(*Pages[I]);
}

VALUE PoolCompactor::nextMovable() {
  while (Back > Front) {
    Page &P = *Pages[Back];
    while (Slot > 0 && !P.Healed && H.ReadBarrier->mayVacate(P)) {
      --Slot;
      if (P.Marked.test(Slot) && !P.Pinned.test(Slot))
        return P.slotAt(Slot);
    }
    --Back;
    Slot = Pages[Back]->NumSlots;
  }
  return 0;
}

bool PoolCompactor::move(Page &To) {
  std::lock_guard Guard(H.MoveLock);
  if (!To.FreeList)
    return false;
  VALUE From = nextMovable();
  if (!From)
    return false;
  Page &Source = *Pages[Back];
  if (LastVacated != &Source) {
    H.ReadBarrier->beforeVacate(H, Source);
    LastVacated = &Source;
  }
  VALUE Target = To.FreeList;
  auto *Old = H.Memory.mirror(reinterpret_cast<MovedSlot *>(From));
  auto *New = H.Memory.mirror(reinterpret_cast<FreeSlot *>(Target));
  To.FreeList = New->Next;
  --To.NumFree;
  memcpy(static_cast<void *>(New), Old, To.SlotSize);
  *Old = {T_MOVED, H.Compaction, Target};
  transferBits(Source, From, To, Target);
  if (Judging)
    noteOrigin(To, Target, From);
  H.NumMoved.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void Heap::undoMoves(Page &P) {
  std::lock_guard Guard(MoveLock);
  // Another thread was quicker, or the compaction is over.
  if (!P.Protected.load(std::memory_order_acquire))
    return;
  P.Healed = true;
  if (Sliding) {
    (*Sliding)[P.Pool].undoFrom(P);
    return;
  }
  bringHome(P);
  ReadBarrier->reopen(*this, P);
}

void Heap::bringHome(Page &P) {
  for (unsigned I = 0; I < P.NumSlots; ++I) {
    VALUE Home = P.slotAt(I);
    auto *Old = Memory.mirror(reinterpret_cast<MovedSlot *>(Home));
    if ((Old->Flags & TypeMask) != T_MOVED || Old->Compaction != Compaction)
      continue;
    VALUE Away = Old->Destination;
    Page &Other = *pageOf(Away);
    memcpy(static_cast<void *>(Old),
           Memory.mirror(reinterpret_cast<char *>(Away)), P.SlotSize);
    transferBits(Other, Away, P, Home);
    // The program may be taking slots from that list. The next sweep finds it.
    if (Stepwise)
      *Memory.mirror(reinterpret_cast<VALUE *>(Away)) = T_NONE;
    else
      pushFree(Other, Away);
    NumHealed.fetch_add(1, std::memory_order_relaxed);
  }
}

VALUE Heap::location(VALUE V) const {
  Page *P = RB_SPECIAL_CONST_P(V) ? nullptr : pageOf(V);
  if (!P)
    return V;
  // Only then is a page asked, which costs more than the rest.
  if (Sliding && P->Forward) {
    VALUE To = P->Forward[P->indexOf(reinterpret_cast<void *>(V))];
    return To ? To : V;
  }
  for (;;) {
    auto *Slot = Memory.mirror(reinterpret_cast<MovedSlot *>(V));
    if ((Slot->Flags & TypeMask) != T_MOVED)
      return V;
    V = Slot->Destination;
  }
}

bool Heap::hasJustMoved(VALUE V) const {
  Page *P = pageOf(V);
  if (!P || P->slotOf(reinterpret_cast<void *>(V)) != V)
    return false;
  auto *Slot = Memory.mirror(reinterpret_cast<MovedSlot *>(V));
  return (Slot->Flags & TypeMask) == T_MOVED && Slot->Compaction == Compaction;
}

void Heap::updateObject(VALUE V) {
  eachReference(V, [this](VALUE &Reference) { updateReference(Reference); });
  switch (typeOf(V)) {
  case T_STRING:
    if (VALUE Bytes = VALUE(ownedBytes(V)))
      External.setOwner(reinterpret_cast<void *>(Bytes), V);
    break;
  case T_ARRAY:
    if (!(flagsOf(V) & RARRAY_EMBED_FLAG))
      External.setOwner(RARRAY(V)->as.heap.ptr, V);
    break;
  case T_DATA:
    if (void *Data = dataOf(V)) {
      if (RUBY_DATA_FUNC Compact = dataCompact(V))
        Compact(Data);
      if (!isEmbeddedData(V))
        External.setOwner(dataOf(V), V);
    }
    break;
  default:
    break;
  }
}

void Heap::updateAllReferences() {
  RootSet.update(*this);
  for (Pool &P : Pools)
    for (Page *Pg : P.Pages)
      for (unsigned I = 0; I < Pg->NumSlots; ++I)
        if (Pg->Marked.test(I))
          updateObject(Pg->slotAt(I));
}

/// The moment between the last move and the first update.
void Heap::allHasMoved() {
  if (auto *Hook = std::exchange(MovedHook, nullptr))
    Hook(MovedHookData);
  baton().point();
  {
    // No undo is half done when the pages become accessible.
    std::lock_guard Guard(MoveLock);
    ReadBarrier->endCompaction(*this);
  }
  updateAllReferences();
}

void Heap::moveWithTwoFingers() {
  std::vector<PoolCompactor> Compactors;
  for (Pool &P : Pools) {
    size_t Unlimited = SIZE_MAX;
    Compactors.emplace_back(*this, P).advance(Unlimited);
  }
  allHasMoved();
  if (Judging) {
    judgeDcompacts(*this);
    judgeGlobalsAfterMove();
  }
  for (PoolCompactor &C : Compactors)
    C.sweepRest();
}

void Heap::moveBySliding() {
  // They do not move: an undo may look for them at any time.
  std::deque<SlidingCompactor> Compactors;
  for (Pool &P : Pools)
    Compactors.emplace_back(*this, P, ReadBarrier->sweepsFirst());
  Sliding = &Compactors;
  for (SlidingCompactor &C : Compactors)
    C.run();
  allHasMoved();
  Sliding = nullptr;
  for (SlidingCompactor &C : Compactors)
    C.finish();
}

void Heap::spreadPages(bool Expand, bool TowardEmpty) {
  finishIncremental();
  for (unsigned I = 0; I < NumPools; ++I) {
    auto &Pages = Pools[I].Pages;
    if (Expand)
      for (size_t N = Pages.size(); N && addPage(I); --N) {
      }
    if (TowardEmpty)
      std::sort(Pages.begin(), Pages.end(), [](Page *A, Page *B) {
        unsigned InA = A->numLive(), InB = B->numLive();
        return InA != InB ? InA < InB : A->Begin < B->Begin;
      });
    Pools[I].SweepCursor = 0;
  }
  rewindPools();
}

size_t Heap::compact() {
  beginCollection();
  ++Compaction;
  size_t Before = NumMoved.load(), HealedBefore = NumHealed.load();
  for (Pool &P : Pools)
    for (Page *Pg : P.Pages)
      Pg->Healed = false;
  if (ReadBarrier->sweepsFirst())
    sweepAll();
  if (ReadBarrier->needsOptIn())
    freeNotOptedIn();
  ReadBarrier->beginCompaction(*this);
  if (Settings.Compactor == Compactor::Sliding)
    moveBySliding();
  else
    moveWithTwoFingers();
  NumCompactions.fetch_add(1, std::memory_order_relaxed);
  size_t Moved = NumMoved.load() - Before - (NumHealed.load() - HealedBefore);
  endCollection();
  LiveAfterFull = countLive();
  for (Page *Pg : EmptyPages)
    if (!std::exchange(Pg->GivenBack, true))
      Memory.giveBack(Pg->Begin);
  return Moved;
}

} // namespace rheap
