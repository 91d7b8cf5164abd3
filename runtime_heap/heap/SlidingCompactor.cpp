//===- SlidingCompactor.cpp - Everything slides to the front --------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// Two fingers move the last object into the first hole; sliding moves each
// object to the first hole before it, so that neighbours stay neighbours. The
// slots that are emptied are filled again by what comes behind. Therefore
//
// - where an object went cannot stand in the slot that it left; each page that
//   objects leave gets a table of new addresses (Page::Forward), and each
//   reference must be brought up to date once and not twice;
// - an undo for one page takes back everything that moved since the first
//   object left it, newest first, and the pool's compaction ends with it.
//
// Does not go with B.explicit, which asks of one address whether it is out of
// date, nor with judging, which recognises stale addresses by their slots.
//
//===----------------------------------------------------------------------===//

#include "heap/SlidingCompactor.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <mutex>

namespace rheap {

SlidingCompactor::SlidingCompactor(Heap &H, Pool &P, bool Swept)
    : H(H), Pages(P.Pages), Swept(Swept) {
  std::sort(Pages.begin(), Pages.end(),
            [](Page *A, Page *B) { return A->Begin < B->Begin; });
}

void SlidingCompactor::run() {
  for (; Source < Pages.size() && !Over; ++Source) {
    Page &P = *Pages[Source];
    if (!Swept)
      H.sweepPage(P);
    if (!H.ReadBarrier->mayVacate(P))
      continue;
    for (unsigned I = 0; I < P.NumSlots; ++I)
      if (P.Marked.test(I) && !P.Pinned.test(I))
        move(P, I);
  }
}

bool SlidingCompactor::isHole(VALUE Slot) const {
  auto *S = H.Memory.mirror(reinterpret_cast<MovedSlot *>(Slot));
  unsigned Type = S->Flags & TypeMask;
  return Type == T_NONE || (Type == T_MOVED && S->Compaction == H.Compaction);
}

/// The first one before the source; 0 when there is none.
VALUE SlidingCompactor::nextHole(unsigned SourceSlot) {
  for (; Target <= Source; ++Target, TargetSlot = 0) {
    Page &P = *Pages[Target];
    unsigned End = Target == Source ? SourceSlot : P.NumSlots;
    while (TargetSlot < End)
      if (VALUE Slot = P.slotAt(TargetSlot++); isHole(Slot))
        return Slot;
    if (Target == Source)
      return 0;
  }
  return 0;
}

void SlidingCompactor::move(Page &From, unsigned SourceSlot) {
  std::lock_guard Guard(H.MoveLock);
  if (Over)
    return;
  VALUE To = nextHole(SourceSlot);
  if (!To)
    return;
  if (!From.Forward) {
    From.Forward = static_cast<VALUE *>(calloc(From.NumSlots, sizeof(VALUE)));
    if (!From.Forward)
      rb_bug("no memory for the addresses of a compaction");
    H.ReadBarrier->beforeVacate(H, From);
  }
  VALUE Home = From.slotAt(SourceSlot);
  auto *Old = H.Memory.mirror(reinterpret_cast<MovedSlot *>(Home));
  memcpy(H.Memory.mirror(reinterpret_cast<char *>(To)), Old, From.SlotSize);
  *Old = {T_MOVED, H.Compaction, To};
  From.Forward[SourceSlot] = To;
  transferBits(From, Home, *H.pageOf(To), To);
  Log.push_back({Home, To});
  H.NumMoved.fetch_add(1, std::memory_order_relaxed);
}

void SlidingCompactor::takeBack(const Move &M) {
  Page &Home = *H.pageOf(M.From), &Away = *H.pageOf(M.To);
  auto *Left = H.Memory.mirror(reinterpret_cast<MovedSlot *>(M.To));
  memcpy(H.Memory.mirror(reinterpret_cast<char *>(M.From)), Left,
         Home.SlotSize);
  Home.Forward[Home.indexOf(reinterpret_cast<void *>(M.From))] = 0;
  // What was there before may be somewhere else in its turn.
  VALUE Next = Away.Forward
                   ? Away.Forward[Away.indexOf(reinterpret_cast<void *>(M.To))]
                   : 0;
  *Left = {Next ? VALUE(T_MOVED) : VALUE(T_NONE), H.Compaction, Next};
  transferBits(Away, M.To, Home, M.From);
  H.NumHealed.fetch_add(1, std::memory_order_relaxed);
}

void SlidingCompactor::undoFrom(Page &P) {
  Over = true;
  size_t First =
      size_t(std::find(Pages.begin(), Pages.end(), &P) - Pages.begin());
  while (!Log.empty() && H.pageOf(Log.back().From)->Begin >= P.Begin) {
    takeBack(Log.back());
    Log.pop_back();
  }
  // The pages before it were entered, and left, before it.
  for (size_t I = First; I < Pages.size(); ++I)
    if (Pages[I]->Protected.load(std::memory_order_acquire))
      H.ReadBarrier->reopen(H, *Pages[I]);
}

void SlidingCompactor::finish() {
  for (Page *P : Pages) {
    free(std::exchange(P->Forward, nullptr));
    H.sweepPage(*P);
  }
}

} // namespace rheap
