//===- Allocate.cpp - Slots and buffers for new objects -------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "api/Errors.h"
#include "heap/Heap.h"
#include "judge/Judge.h"

#include <atomic>
#include <cstring>
#include <sys/mman.h>

namespace rheap {

static std::atomic<Heap *> Instance;

Heap &heap() {
  if (Heap *H = heapIfAny())
    return *H;
  // Not a guarded static: a sanitizer's interceptors ask for the heap from
  // within its own construction. Never destroyed: threads in regions may
  // outlive main.
  Heap *H = new Heap;
  Instance.store(H, std::memory_order_release);
  return *H;
}

Heap *heapIfAny() { return Instance.load(std::memory_order_acquire); }

const char *Heap::init(const Config &C, bool Judging) {
  Settings = C;
  // Long enough for a stale address to be used.
  MovedStays = Judging ? 4 : 0;
  ReadBarrier = findBarrier(C.Barrier);
  if (const char *Error = Memory.init())
    return Error;
  if (const char *Error = External.init(Judging))
    return Error;
  void *Table = mmap(nullptr, Arena::Capacity / PageSize * sizeof(Page),
                     PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (Table == MAP_FAILED)
    return "cannot make the page table (mmap)";
  // A Page that is all zero is one that no pool uses.
  PageTable = static_cast<Page *>(Table);
  return nullptr;
}

static unsigned poolFor(size_t Size) {
  for (unsigned I = 0; I < NumPools; ++I)
    if (Size <= SlotSizes[I])
      return I;
  rb_bug("no slot holds an object of %zu bytes", Size);
}

size_t Heap::slotSizeFor(size_t Size) { return SlotSizes[poolFor(Size)]; }

bool Heap::isObject(VALUE V) const {
  Page *P = pageOf(V);
  if (!P || P->slotOf(reinterpret_cast<void *>(V)) != V)
    return false;
  unsigned Type = *Memory.mirror(reinterpret_cast<VALUE *>(V)) & TypeMask;
  return Type != T_NONE && Type != T_MOVED && Type != T_ZOMBIE;
}

void Heap::pushFree(Page &P, VALUE Slot) {
  auto *S = Memory.mirror(reinterpret_cast<FreeSlot *>(Slot));
  S->Flags = T_NONE;
  S->Next = P.FreeList;
  P.FreeList = Slot;
  ++P.NumFree;
}

bool Heap::addPage(unsigned PoolIndex) {
  Page *P;
  if (!EmptyPages.empty()) {
    P = EmptyPages.back();
    EmptyPages.pop_back();
  } else {
    char *Begin = Memory.grow();
    if (!Begin)
      return false;
    P = &PageTable[Memory.indexOf(Begin)];
    P->Begin = Begin;
  }
  P->Pool = uint16_t(PoolIndex);
  P->SlotSize = SlotSizes[PoolIndex];
  P->NumSlots = uint16_t(PageSize / P->SlotSize);
  P->FreeList = 0;
  P->NumFree = 0;
  P->Marked.clearAll();
  P->Pinned.clearAll();
  for (unsigned I = P->NumSlots; I-- > 0;)
    pushFree(*P, P->slotAt(I));
  P->InUse.store(true, std::memory_order_release);
  Pool &Owner = Pools[PoolIndex];
  Owner.Pages.push_back(P);
  return true;
}

VALUE Heap::popFree(Pool &P) {
  for (; P.Cursor < P.Pages.size(); ++P.Cursor) {
    Page &Pg = *P.Pages[P.Cursor];
    if (VALUE Slot = Pg.FreeList) {
      Pg.FreeList = reinterpret_cast<FreeSlot *>(Slot)->Next;
      --Pg.NumFree;
      return Slot;
    }
  }
  return 0;
}

void Heap::maybeStress() {
  if (Settings.GcStress == Stress::Nothing || Disabled || Collecting)
    return;
  if (Settings.GcStress == Stress::Compact)
    compact();
  else
    collect();
}

VALUE Heap::allocate(size_t Size, VALUE Flags, VALUE Klass) {
  if (Collecting)
    rb_bug("object allocation during garbage collection phase");
  maybeStress();
  unsigned Index = poolFor(Size);
  Pool &P = Pools[Index];
  VALUE Slot = popFree(P);
  if (!Slot) {
    if (P.Allowed > 0 && addPage(Index)) {
      --P.Allowed;
    } else {
      if (!Disabled)
        collect();
      if (!(Slot = popFree(P)))
        addPage(Index);
    }
    if (!Slot && !(Slot = popFree(P)))
      raiseNoMemory();
  }
  memset(reinterpret_cast<void *>(Slot), 0, SlotSizes[Index]);
  flagsOf(Slot) = Flags;
  klassOf(Slot) = Klass;
  return Slot;
}

void Heap::noteMalloc(size_t Size) {
  MallocIncrease += Size;
  if (Collecting || Disabled)
    return;
  maybeStress();
  if (MallocIncrease > MallocLimit) {
    collect();
    // As much again before the next one, so that a program that keeps much is
    // not collected all the time.
    MallocIncrease = 0;
  }
}

void *Heap::allocateBuffer(size_t Size, VALUE Owner) {
  noteMalloc(Size);
  void *P = External.allocate(Size, Owner);
  if (!P && !Collecting) {
    collect();
    P = External.allocate(Size, Owner);
  }
  if (!P)
    raiseNoMemory();
  return P;
}

void *Heap::allocatePlain(size_t Size) {
  noteMalloc(Size);
  void *P = malloc(Size ? Size : 1);
  if (!P)
    raiseNoMemory();
  return P;
}

void *Heap::reallocateBuffer(void *Old, size_t Size) {
  noteMalloc(Size);
  void *P = External.reallocate(Old, Size);
  if (!P && !Collecting) {
    collect();
    P = External.reallocate(Old, Size);
  }
  if (!P)
    raiseNoMemory();
  return P;
}

} // namespace rheap
