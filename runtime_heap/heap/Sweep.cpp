//===- Sweep.cpp - Freeing what is not reachable --------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "heap/Heap.h"
#include "judge/ImmediateFree.h"
#include "judge/Judge.h"
#include "model/Class.h"
#include "model/Data.h"
#include "model/Hash.h"
#include "model/Ivars.h"
#include "model/OptIn.h"
#include "model/String.h"

#include <algorithm>

namespace rheap {

/// Whether a dead object owns nothing that has to be given back.
static bool ownsNothing(VALUE V, unsigned Type) {
  VALUE Flags = flagsOf(V);
  if (Flags & FL_EXIVAR)
    return false;
  return Type == T_NONE || Type == T_FLOAT || Type == T_BIGNUM ||
         (Type == T_STRING && !(Flags & RSTRING_NOEMBED)) ||
         (Type == T_ARRAY && (Flags & RARRAY_EMBED_FLAG));
}

void Heap::sweepPage(Page &P) {
  // The list is built back to front, so that slots are taken in address order.
  P.FreeList = 0;
  P.NumFree = 0;
  // A collection before each allocation would give that slot away at once.
  const bool KeepDead = Judging && Settings.GcStress != Stress::Nothing;
  for (unsigned I = P.NumSlots; I-- > 0;) {
    if (P.Marked.test(I)) {
      if (I % 64 == 63 && !~P.Marked.word(I))
        I -= 63;
      continue;
    }
    if (P.Origin)
      P.Origin[I] = 0;
    VALUE V = P.slotAt(I);
    unsigned Type = typeOf(V);
    if (__builtin_expect(KeepDead, false) && staysDead(V, Type))
      continue;
    if (ownsNothing(V, Type)) {
      linkFree(P, V);
      continue;
    }
    if (Type == T_ZOMBIE || (Type == T_MOVED && staysMoved(V)))
      continue;
    // A T_MOVED slot: its object lives elsewhere and references are updated.
    if (Type == T_MOVED || freeObject(V))
      linkFree(P, V);
  }
  P.Unprotected.keepOnly(P.Marked);
  if (Judging)
    P.Visible.keepOnly(P.Marked);
}

/// Under judging: frees \p V, if it is an object, and \returns whether its slot
/// is not to be used yet, so that a stale address finds it free (rule C2).
bool Heap::staysDead(VALUE V, unsigned Type) {
  auto *Slot = reinterpret_cast<DeadSlot *>(V);
  size_t Now = NumCollections.load(std::memory_order_relaxed) + 1;
  if (Type == T_NONE) {
    if (Slot->DiedAt && Now - Slot->DiedAt < MovedStays)
      return true;
    Slot->DiedAt = 0;
    return false;
  }
  if (Type == T_MOVED || Type == T_ZOMBIE)
    return false;
  if (ownsNothing(V, Type) || freeObject(V))
    *Slot = {T_NONE, 0, Now};
  return true;
}

bool Heap::staysMoved(VALUE V) const {
  return Compaction - reinterpret_cast<MovedSlot *>(V)->Compaction < MovedStays;
}

void Heap::sweepAll() {
  for (Pool &P : Pools) {
    for (Page *Pg : P.Pages)
      sweepPage(*Pg);
  }
}

void Heap::freeNotOptedIn() {
  for (Pool &P : Pools)
    for (Page *Pg : P.Pages)
      for (unsigned I = 0; I < Pg->NumSlots; ++I) {
        VALUE V = Pg->slotAt(I);
        if (!Pg->Marked.test(I) && typeOf(V) == T_DATA && !hasOptedIn(V) &&
            freeObject(V))
          flagsOf(V) = T_NONE;
      }
}

bool Heap::freeObject(VALUE V) {
  if (flagsOf(V) & FL_EXIVAR)
    removeGenericIvars(V);
  switch (typeOf(V)) {
  case T_STRING:
    freeStringBytes(V);
    return true;
  case T_ARRAY:
    if (!(flagsOf(V) & RARRAY_EMBED_FLAG))
      freeBuffer(const_cast<VALUE *>(RARRAY(V)->as.heap.ptr));
    return true;
  case T_HASH:
    delete hashOf(V);
    return true;
  case T_OBJECT:
    delete ivarsOf(V);
    return true;
  case T_CLASS:
  case T_MODULE:
    delete classInfo(V);
    return true;
  case T_DATA: {
    RUBY_DATA_FUNC Free = dataFree(V);
    void *Data = dataOf(V);
    if (!Free || !Data)
      return true;
    if (Free == RUBY_DEFAULT_FREE) {
      if (!isEmbeddedData(V))
        freeBuffer(Data);
      return true;
    }
    if (freesImmediately(V)) {
      ImmediateFree Scope(V, Free);
      Free(Data);
      return true;
    }
    makeZombie(V, Free, Data);
    return false;
  }
  default:
    return true;
  }
}

namespace {

/// Embedded data begins behind these, so it stays where it is.
struct ZombieSlot {
  VALUE Flags;
  VALUE Unused;
  RUBY_DATA_FUNC Free;
  void *Data;
};

} // namespace

void Heap::makeZombie(VALUE V, RUBY_DATA_FUNC Free, void *Data) {
  *reinterpret_cast<ZombieSlot *>(V) = {T_ZOMBIE, 0, Free, Data};
  Zombies.push_back(V);
}

void Heap::runZombies() {
  // One at a time: a dfree may call Ruby and with it collect again.
  while (!Zombies.empty()) {
    VALUE V = Zombies.back();
    Zombies.pop_back();
    ZombieSlot Slot = *reinterpret_cast<ZombieSlot *>(V);
    Slot.Free(Slot.Data);
    pushFree(*pageOf(V), V);
    Pools[pageOf(V)->Pool].Cursor = 0;
    Pools[pageOf(V)->Pool].Current = nullptr;
  }
}

void Heap::releaseEmptyPages() {
  for (Pool &P : Pools) {
    // One empty page stays, so that a pool does not flutter.
    bool Kept = false;
    std::erase_if(P.Pages, [&](Page *Pg) {
      if (Pg->Unswept || Pg->NumFree != Pg->NumSlots)
        return false;
      if (!Kept) {
        Kept = true;
        return false;
      }
      Pg->InUse.store(false, std::memory_order_release);
      EmptyPages.push_back(Pg);
      return true;
    });
  }
}

void Heap::adjustAllowance() {
  rewindPools();
  for (Pool &P : Pools) {
    size_t Free = 0, All = 0;
    for (Page *Pg : P.Pages) {
      Free += Pg->NumSlots - Pg->numLive();
      All += Pg->NumSlots;
    }
    // As many free slots as live ones, so that the work of a collection is
    // spread over as many allocations; and at least 16 pages.
    size_t PerPage = PageSize / SlotSizes[&P - Pools], Live = All - Free;
    size_t Wanted = std::max(Live, 16 * PerPage);
    P.Allowed = Free < Wanted ? (Wanted - Free) / PerPage : 0;
  }
}

void Heap::finalizeAll() {
  finishIncremental();
  // Everything is dead now: nothing is marked, so every dfree runs.
  Collecting = true;
  rewindPools();
  finishSweep();
  std::vector<VALUE> Waiting;
  eachObject([&](VALUE V) {
    if (typeOf(V) == T_DATA && !freeObject(V))
      Waiting.push_back(V);
    else if (typeOf(V) == T_DATA)
      flagsOf(V) = T_NONE;
  });
  Collecting = false;
  runZombies();
  Collecting = true;
  eachObject([&](VALUE V) {
    freeObject(V);
    flagsOf(V) = T_NONE;
  });
  Collecting = false;
}

} // namespace rheap
