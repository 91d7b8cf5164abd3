//===- Retired.cpp - Buffers given back during a region -------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A bit for each 16 bytes, which is what malloc aligns to, in a hash table of
/// pages: checks ask it without a lock. The buffers themselves are a ring; when
/// it is full, the oldest is given back.
///
//===----------------------------------------------------------------------===//

#include "Retired.h"

#include "Context.h"
#include "Instrumentation.h"
#include "Stats.h"

#include "sanitizer_common/sanitizer_mutex.h"

namespace gvlsan {

namespace {

constexpr u32 MaxBuffers = 4096;
constexpr uptr MaxBytes = 16 << 20;
constexpr uptr Granule = 16, PageBits = 12, PageBytes = 1 << PageBits;

struct Buffer {
  uptr Begin, Size;
  uptr Pc;
  u32 Thread;
  bool Moved;
};

/// Which granules of some pages are retired. Written under the mutex, read by
/// anybody: a reader may find a page that is just being added empty.
class GranuleMap {
public:
  bool test(uptr Begin, uptr End) const {
    for (uptr A = RoundDownTo(Begin, Granule); A < End; A += Granule) {
      const Page *P = find(A >> PageBits);
      if (!P) {
        A = RoundDownTo(A, PageBytes) + PageBytes - Granule;
        continue;
      }
      uptr Bit = bitOf(A);
      if (atomic_load_relaxed(&P->Bits[Bit / 64]) >> (Bit % 64) & 1)
        return true;
    }
    return false;
  }

  /// \returns false, and nothing is set, when there is no room for its pages.
  bool set(uptr Begin, uptr End) {
    uptr Pages = ((End - 1) >> PageBits) - (Begin >> PageBits) + 1;
    if (NumPages + Pages > MaxPages * 3 / 4)
      return false;
    for (uptr A = Begin; A < End; A += Granule) {
      u64 Bit = bitOf(A);
      auto &Word = add(A >> PageBits).Bits[Bit / 64];
      atomic_store_relaxed(&Word,
                           atomic_load_relaxed(&Word) | 1ull << Bit % 64);
    }
    return true;
  }

  void clear(uptr Begin, uptr End) {
    for (uptr A = Begin; A < End; A += Granule)
      if (Page *P = find(A >> PageBits)) {
        u64 Bit = bitOf(A);
        auto &Word = P->Bits[Bit / 64];
        atomic_store_relaxed(&Word,
                             atomic_load_relaxed(&Word) & ~(1ull << Bit % 64));
      }
  }

  void clearAll() {
    if (!NumPages)
      return;
    for (Page &P : Table)
      atomic_store_relaxed(&P.Number, 0);
    NumPages = 0;
  }

private:
  struct Page {
    atomic_uintptr_t Number; ///< 0: free
    atomic_uint64_t Bits[PageBytes / Granule / 64];
  };

  static constexpr u32 MaxPages = 8192;

  static uptr bitOf(uptr Address) { return Address % PageBytes / Granule; }
  static uptr hash(uptr Number) { return Number * 0x9e3779b97f4a7c15ull >> 51; }

  const Page *find(uptr Number) const {
    for (uptr I = hash(Number);; ++I) {
      const Page &P = Table[I % MaxPages];
      uptr There = atomic_load(&P.Number, memory_order_acquire);
      if (There == Number || !There)
        return There ? &P : nullptr;
    }
  }
  Page *find(uptr Number) {
    return const_cast<Page *>(
        static_cast<const GranuleMap *>(this)->find(Number));
  }

  Page &add(uptr Number) {
    for (uptr I = hash(Number);; ++I) {
      Page &P = Table[I % MaxPages];
      uptr There = atomic_load_relaxed(&P.Number);
      if (There == Number)
        return P;
      if (There)
        continue;
      for (auto &Word : P.Bits)
        atomic_store_relaxed(&Word, 0);
      atomic_store(&P.Number, Number, memory_order_release);
      ++NumPages;
      return P;
    }
  }

  Page Table[MaxPages];
  uptr NumPages;
};

} // namespace

atomic_uint32_t NumRetired, NumBorrowing;

static StaticSpinMutex Mutex;
static GranuleMap Map;
static Buffer Ring[MaxBuffers];
static u32 First; ///< of Ring; the others follow, NumRetired in all
static uptr NumBytes;
static atomic_uintptr_t Low, High;
void (*Releaser)(void *);

void beginBorrowing() {
  ++Thread.Borrowing;
  atomic_fetch_add(&NumBorrowing, 1, memory_order_acq_rel);
}

static void pop() {
  Buffer &B = Ring[First];
  First = (First + 1) % MaxBuffers;
  NumBytes -= B.Size;
  Map.clear(B.Begin, B.Begin + B.Size);
  atomic_fetch_sub(&NumRetired, 1, memory_order_relaxed);
  Releaser(reinterpret_cast<void *>(B.Begin));
}

/// A region that begins meanwhile cannot know of what was retired before.
static void giveBack() {
  {
    SpinMutexLock Lock(&Mutex);
    while (atomic_load_relaxed(&NumRetired))
      pop();
    Map.clearAll();
    atomic_store_relaxed(&High, 0);
  }
  publishBounds();
}

void endBorrowing() {
  // An exception in between may have ended all of them.
  if (!Thread.Borrowing)
    return;
  --Thread.Borrowing;
  if (atomic_fetch_sub(&NumBorrowing, 1, memory_order_acq_rel) == 1 &&
      atomic_load_relaxed(&NumRetired))
    giveBack();
}

void stopBorrowing() {
  while (UNLIKELY(Thread.Borrowing))
    endBorrowing();
}

bool retire(uptr Begin, uptr Size, bool Moved, uptr Pc) {
  if (!isBorrowing())
    return false;
  u32 Number = threadNumber();
  // What is smaller may share 16 bytes with another.
  bool Fits = Size >= Granule && Size <= MaxRetired;
  if (Fits) {
    SpinMutexLock Lock(&Mutex);
    u32 Count = atomic_load_relaxed(&NumRetired);
    while (Count && (Count == MaxBuffers || NumBytes + Size > MaxBytes)) {
      pop();
      stats().RetiredEarly.add();
      Count = atomic_load_relaxed(&NumRetired);
    }
    Fits = Map.set(Begin, Begin + Size);
    if (Fits) {
      Ring[(First + Count) % MaxBuffers] = {Begin, Size, Pc, Number, Moved};
      NumBytes += Size;
      uptr OldHigh = atomic_load_relaxed(&High);
      if (!OldHigh || Begin < atomic_load_relaxed(&Low))
        atomic_store_relaxed(&Low, Begin);
      atomic_store_relaxed(&High, Max(OldHigh, Begin + Size));
      atomic_store(&NumRetired, Count + 1, memory_order_release);
    }
  }
  (Fits ? stats().Retired : stats().RetiredEarly).add();
  if (Fits)
    publishBounds();
  return Fits;
}

bool isRetiredSlow(uptr Begin, uptr Size) {
  return Map.test(Begin, Begin + Min<uptr>(Size, 64 << 10));
}

bool describeRetired(uptr Begin, uptr Size, MemoryInfo &Out) {
  // A signal handler may have interrupted who holds it.
  for (int Tries = 0; !Mutex.TryLock(); ++Tries) {
    if (Tries == 1000)
      return false;
    internal_sched_yield();
  }
  bool Found = false;
  u32 Count = atomic_load_relaxed(&NumRetired);
  for (u32 I = 0; I < Count; ++I) {
    const Buffer &B = Ring[(First + I) % MaxBuffers];
    if (B.Begin >= Begin + Size || Begin >= B.Begin + B.Size)
      continue;
    uptr Hit = Max(Begin, B.Begin);
    if (Found && Hit >= Out.Hit)
      continue;
    Found = true;
    Out.Kind = B.Moved ? MemoryKind::MovedBuffer : MemoryKind::FreedBuffer;
    Out.Hit = Hit;
    Out.Begin = B.Begin;
    Out.Size = B.Size;
    Out.GivenBackBy = B.Thread;
    Out.GivenBackAt = B.Pc;
  }
  Mutex.Unlock();
  return Found;
}

bool retiredBounds(uptr &LowOut, uptr &HighOut) {
  HighOut = atomic_load_relaxed(&High);
  LowOut = atomic_load_relaxed(&Low);
  return HighOut;
}

void lockRetired() { Mutex.Lock(); }

void unlockRetired(bool IsChild) {
  // The other threads' regions are not in the child.
  if (IsChild)
    atomic_store_relaxed(&NumBorrowing, Thread.Borrowing);
  Mutex.Unlock();
}

} // namespace gvlsan
