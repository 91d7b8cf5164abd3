//===- Allocate.cpp - Slots and buffers for new objects -------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "api/Errors.h"
#include "heap/Heap.h"
#include "heap/Incremental.h"
#include "judge/Judge.h"
#include "judge/Races.h"
#include "judge/Structs.h"

#include <array>
#include <atomic>
#include <cstring>
#include <sys/mman.h>
#include <utility>

namespace rheap {

std::atomic<Heap *> TheHeap;

Heap::Heap() = default;
Heap::~Heap() = default;

Heap &makeHeap() {
  // Not a guarded static: a sanitizer's interceptors ask for the heap from
  // within its own construction. Never destroyed: threads in regions may
  // outlive main.
  Heap *H = new Heap;
  TheHeap.store(H, std::memory_order_release);
  return *H;
}

const char *Heap::init(const Config &C, bool Judging) {
  Settings = C;
  // Long enough for a stale address to be used.
  MovedStays = Judging ? 4 : 0;
  ReadBarrier = findBarrier(C.Barrier);
  OptIn = ReadBarrier->needsOptIn();
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

/// Pool by size in units of the smallest slot.
static constexpr auto PoolOfUnits = [] {
  std::array<uint8_t, Heap::MaxObjectSize / SlotSizes[0] + 1> Table = {};
  for (unsigned Units = 0, Pool = 0; Units < Table.size(); ++Units) {
    if (Units * SlotSizes[0] > SlotSizes[Pool])
      ++Pool;
    Table[Units] = uint8_t(Pool);
  }
  return Table;
}();

static unsigned poolFor(size_t Size) {
  if (Size > Heap::MaxObjectSize)
    rb_bug("no slot holds an object of %zu bytes", Size);
  return PoolOfUnits[(Size + SlotSizes[0] - 1) / SlotSizes[0]];
}

size_t Heap::slotSizeFor(size_t Size) { return SlotSizes[poolFor(Size)]; }

bool Heap::isObject(VALUE V) const {
  Page *P = pageOf(V);
  if (!P || P->slotOf(reinterpret_cast<void *>(V)) != V)
    return false;
  if (P->Unswept && !isMarked(V))
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

/// One system call instead of a fault for each 4 KiB; it is well if it fails.
static void populate(char *Page) {
#ifdef MADV_POPULATE_WRITE
  madvise(Page, PageSize, MADV_POPULATE_WRITE);
#endif
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
  P->setSlotSize(SlotSizes[PoolIndex]);
  P->FreeList = 0;
  P->NumFree = 0;
  P->Marked.clearAll();
  P->Pinned.clearAll();
  P->Held.clearAll();
  P->Visible.clearAll();
  P->Unprotected.clearAll();
  P->Written.clearAll();
  if (P->Origin)
    memset(P->Origin, 0, MaxSlots * sizeof(VALUE));
  P->GivenBack = false;
  P->Unswept = false;
  populate(P->Begin);
  for (unsigned I = P->NumSlots; I-- > 0;)
    linkFree(*P, P->slotAt(I));
  P->InUse.store(true, std::memory_order_release);
  Pool &Owner = Pools[PoolIndex];
  Owner.Pages.push_back(P);
  return true;
}

VALUE Heap::popFree(Pool &P) {
  for (; P.Cursor < P.Pages.size(); ++P.Cursor) {
    Page &Pg = *P.Pages[P.Cursor];
    // A new object there would bring back what a step has moved.
    if (Stepwise && Pg.Protected.load(std::memory_order_relaxed))
      continue;
    if (Pg.Unswept)
      sweepUnswept(Pg);
    if (VALUE Slot = takeFree(Pg)) {
      bool Plain = Settings.GcStress == Stress::Nothing && !FailIn;
      P.Current = Plain ? &Pg : nullptr;
      return Slot;
    }
  }
  P.Current = nullptr;
  return 0;
}

void Heap::setStress(Stress What) {
  Settings.GcStress = What;
  rewindPools();
}

size_t Heap::failAllocation(size_t N) {
  rewindPools();
  return std::exchange(FailIn, N);
}

void Heap::maybeFail() {
  if (!FailIn)
    return;
  --FailIn;
  if (!FailIn)
    raiseNoMemory();
}

void Heap::maybeStress() {
  if (Settings.GcStress == Stress::Nothing || Disabled || Collecting)
    return;
  if (Settings.GcStress == Stress::Compact)
    compact();
  else
    collect();
}

/// When the page that the last object came from has no slot left, and whenever
/// something else is to be done.
__attribute__((noinline)) VALUE Heap::allocateSlowly(unsigned Index) {
  if (Collecting)
    rb_bug("object allocation during garbage collection phase");
  maybeStress();
  maybeFail();
  Pool &P = Pools[Index];
  if (NumUnswept || SweepEnds)
    sweepForSlot(P);
  VALUE Slot = popFree(P);
  if (Slot)
    return Slot;
  if (P.Allowed > 0 && addPage(Index)) {
    --P.Allowed;
  } else {
    if (!Disabled)
      collectForSpace();
    if ((Slot = popFree(P)))
      return Slot;
    addPage(Index);
  }
  Slot = popFree(P);
  if (!Slot)
    raiseNoMemory();
  return Slot;
}

/// Types whose references are stored with the write barrier.
static constexpr VALUE BarrieredTypes =
    VALUE(1) << T_STRING | VALUE(1) << T_ARRAY | VALUE(1) << T_FLOAT |
    VALUE(1) << T_BIGNUM;

static bool usesWriteBarrier(VALUE Flags) {
  unsigned Type = Flags & TypeMask;
  // An extension says so, and is believed.
  return (BarrieredTypes >> Type & 1) ||
         (Type == T_DATA && (Flags & FL_WB_PROTECTED));
}

VALUE Heap::allocate(size_t Size, VALUE Flags, VALUE Klass) {
  unsigned Index = poolFor(Size);
  Pool &P = Pools[Index];
  VALUE Slot = P.Current ? takeFree(*P.Current) : 0;
  if (__builtin_expect(!Slot, false))
    Slot = allocateSlowly(Index);
  auto *Words = reinterpret_cast<VALUE *>(Slot);
  Words[0] = Flags;
  Words[1] = Klass;
  Words[2] = Words[3] = Words[4] = 0;
  if (Index)
    memset(Words + 5, 0, SlotSizes[Index] - SlotSizes[0]);
  if (__builtin_expect(!usesWriteBarrier(Flags), false))
    unprotect(Slot);
  return Slot;
}

void Heap::noteMalloc(size_t Size) {
  MallocIncrease += Size;
  if (Collecting)
    return;
  maybeFail();
  if (NumUnswept || SweepEnds)
    sweepForBytes(Size);
  if (Disabled)
    return;
  maybeStress();
  if (MallocIncrease > MallocLimit) {
    collectForSpace();
    // As much again before the next one, so that a program that keeps much is
    // not collected all the time.
    MallocIncrease = 0;
  }
}

void *Heap::allocateBuffer(size_t Size, VALUE Owner) {
  noteMalloc(Size);
  bool IsContents =
      Owner && (typeOf(Owner) == T_STRING || typeOf(Owner) == T_ARRAY);
  void *P = External.allocate(Size, Owner, IsContents);
  if (!P && !Collecting) {
    collect();
    P = External.allocate(Size, Owner, IsContents);
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
  if (Judging)
    notePlain(P, Size);
  return P;
}

void Heap::freeBuffer(void *P) {
  if (Judging)
    forgetPlain(P);
  External.free(P);
}

void *Heap::reallocateBuffer(void *Old, size_t Size) {
  noteMalloc(Size);
  if (Judging) {
    forgetPlain(Old);
    meetUsersOf(Old);
  }
  void *P = External.reallocate(Old, Size);
  if (!P && !Collecting) {
    collect();
    P = External.reallocate(Old, Size);
  }
  if (!P)
    raiseNoMemory();
  if (Judging)
    notePlain(P, Size);
  return P;
}

} // namespace rheap
