//===- Heap.h - Allocation, collection, compaction --------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_HEAP_HEAP_H
#define RHEAP_HEAP_HEAP_H

#include "barriers/Barrier.h"
#include "heap/Arena.h"
#include "heap/Buffers.h"
#include "heap/Config.h"
#include "heap/Page.h"
#include "heap/PageGuards.h"
#include "heap/Roots.h"
#include "heap/Slot.h"

#include <deque>
#include <memory>
#include <utility>
#include <vector>

namespace rheap {

class IncrementalCompaction;
class SlidingCompactor;

/// What is known of an object goes with it.
void transferBits(Page &From, VALUE Old, Page &To, VALUE New);

/// Slots of one size.
struct Pool {
  std::vector<Page *> Pages;
  /// Pages before this one have no free slot.
  size_t Cursor = 0;
  /// Pages before this one are swept.
  size_t SweepCursor = 0;
  /// The one that the last object came from; null when the next allocation has
  /// more to do than to take a slot.
  Page *Current = nullptr;
  /// How many pages may still be added before a collection is due.
  size_t Allowed = 16;
};

/// The heap. Every member needs the lock unless it says otherwise.
class Heap {
public:
  Heap();
  ~Heap();

  /// \returns an error message, or nullptr.
  const char *init(const Config &C, bool Judging);

  // Allocation (Allocate.cpp)

  static constexpr size_t MaxObjectSize = SlotSizes[NumPools - 1];
  /// The slot size that an object of \p Size bytes gets.
  static size_t slotSizeFor(size_t Size);
  /// A slot of at least \p Size bytes, all zero behind its header. May collect;
  /// raises NoMemoryError.
  VALUE allocate(size_t Size, VALUE Flags, VALUE Klass);
  /// C memory for an object. May collect; raises NoMemoryError.
  void *allocateBuffer(size_t Size, VALUE Owner);
  /// The same from malloc always: extensions hand what xmalloc gave them to
  /// free, and get away with it in CRuby.
  void *allocatePlain(size_t Size);
  void *reallocateBuffer(void *P, size_t Size);
  void freeBuffer(void *P);

  /// What runs before each allocation from now on.
  void setStress(Stress What);
  /// The \p Nth allocation from now, of a slot or of C memory, raises
  /// NoMemoryError; 0: none does. \returns how many were left until then.
  size_t failAllocation(size_t N);

  // Collection (Collect.cpp, Generations.cpp, LazySweep.cpp, Mark.cpp,
  // Sweep.cpp)

  /// The write barrier: a reference has been stored in \p Owner, an object.
  void written(VALUE Owner) {
    Page &P = *pageOf(Owner);
    unsigned I = P.indexOf(reinterpret_cast<void *>(Owner));
    if (__builtin_expect(P.Marked.test(I), false))
      noteWritten(P, I);
  }
  /// From now on \p Owner is written to without the barrier.
  void unprotect(VALUE Owner) {
    Page &P = *pageOf(Owner);
    unsigned I = P.indexOf(reinterpret_cast<void *>(Owner));
    // A fault of another thread may bring objects back just now.
    if (__builtin_expect(Stepwise != nullptr, false))
      P.Unprotected.setShared(I);
    else
      P.Unprotected.set(I);
  }
  /// When memory is needed: the young objects only if that is likely to free
  /// enough.
  void collectForSpace();
  /// Mark and sweep all, then run the dfrees that had to wait.
  void collect();
  /// As collect(), and compacts. \returns how many objects moved.
  size_t compact();
  /// Prepares a compaction that moves as much as it can: \p Expand gives each
  /// pool as many empty pages as it has pages, \p TowardEmpty lets two fingers
  /// fill the emptiest pages first.
  void spreadPages(bool Expand, bool TowardEmpty);
  /// From dmark and root markers only.
  void mark(VALUE V, bool Pin);
  /// Marks and pins what \p P points to if that is a slot; any value will do.
  void markConservatively(VALUE P);
  void markRange(const VALUE *Begin, const VALUE *End);
  /// Keeps \p V where it is for the rest of the compaction under way.
  void pin(VALUE V);
  /// At exit: every T_DATA that is left gets its dfree.
  void finalizeAll();

  // Compaction (Compact.cpp, Incremental.cpp)

  /// The first call marks, sweeps and begins a compaction, each later one goes
  /// on with about \p Budget slots, and the last one \returns true. Raises
  /// NotImplementedError for a barrier that does not work in steps.
  bool compactStep(size_t Budget);
  /// Makes what is left of such a compaction at once. Nothing in a collection.
  void finishIncremental();
  /// Whether the current or last marking reached \p V, an object.
  bool isMarked(VALUE V) const {
    Page *P = pageOf(V);
    return P->Marked.test(P->indexOf(reinterpret_cast<void *>(V)));
  }
  /// Whether \p P is a slot that the compaction under way has emptied.
  bool hasJustMoved(VALUE P) const;
  /// Runs \p DMark, that of \p Data, to find references that compaction has
  /// left out of date.
  template <class Fn> void checkReferences(VALUE Data, Fn DMark) {
    MarkingData = Data;
    OnlyChecking = true;
    DMark();
    OnlyChecking = false;
    MarkingData = 0;
  }

  /// What a dmark marks, and whether it pins it.
  struct Reference {
    VALUE Target;
    bool Pins;
  };
  /// The same for all that \p DMark marks, in \p Out.
  template <class Fn>
  void listReferences(VALUE Data, std::vector<Reference> &Out, Fn DMark) {
    Found = &Out;
    checkReferences(Data, DMark);
    Found = nullptr;
  }
  /// Under judging: whether the last marking found something that keeps \p V,
  /// an object, live and in place, besides machine stacks.
  bool isHeld(VALUE V) const {
    Page *P = pageOf(V);
    unsigned I = P->indexOf(reinterpret_cast<void *>(V));
    return P->Marked.test(I) && P->Held.test(I);
  }

  /// Where \p V is now. Any time.
  VALUE location(VALUE V) const;
  void updateReference(VALUE &V) const { V = location(V); }
  /// Brings back what has left \p P. For barriers that protect it: any thread,
  /// also in a signal handler, while a compaction is under way.
  void undoMoves(Page &P);
  /// Calls \p Hook once, in the next compaction, when all that moves has moved
  /// and no reference is updated.
  void atNextMoved(void (*Hook)(void *), void *Data) {
    MovedHook = Hook;
    MovedHookData = Data;
  }

  // Questions; any thread, async-signal-safe

  /// nullptr when \p P is in none of the heap's pages, used or empty.
  Page *anyPageOf(const void *P) const {
    return Memory.contains(P) ? &PageTable[Memory.indexOf(P)] : nullptr;
  }
  /// nullptr when no page that is in use holds \p P.
  Page *pageOf(const void *P) const {
    Page *Pg = anyPageOf(P);
    return Pg && Pg->InUse.load(std::memory_order_acquire) ? Pg : nullptr;
  }
  Page *pageOf(VALUE V) const {
    return pageOf(reinterpret_cast<const void *>(V));
  }
  /// Whether \p P is the address of a slot that holds an object.
  bool isObject(VALUE P) const;
  size_t slotSize(VALUE V) const { return pageOf(V)->SlotSize; }
  bool isCollecting() const { return Collecting; }
  /// How many pages a lazy sweep has still to look at.
  size_t numUnswept() const { return NumUnswept; }

  /// Calls \p F with every object.
  template <class Fn> void eachObject(Fn F) {
    for (Pool &P : Pools)
      for (Page *Pg : P.Pages)
        for (unsigned I = 0; I < Pg->NumSlots; ++I)
          if (isObject(Pg->slotAt(I)))
            F(Pg->slotAt(I));
  }
  const Pool &pool(unsigned I) const { return Pools[I]; }

  Arena Memory;
  PageGuards Guards{Memory};
  Buffers External;
  Roots RootSet;
  Config Settings;
  Barrier *ReadBarrier = nullptr;
  /// Held around each move and each undo.
  SpinLock MoveLock;
  bool Disabled = false;
  /// Whether each full collection that the program has not asked for compacts.
  bool AutoCompact = false;
  std::atomic<size_t> NumCollections{0};
  std::atomic<size_t> NumCompactions{0};
  /// Collections whose sweep was put off.
  std::atomic<size_t> NumLazySweeps{0};
  std::atomic<size_t> NumMoved{0};
  std::atomic<size_t> NumHealed{0};
  /// References that RB_OBJ_READ brought up to date.
  std::atomic<size_t> NumReadsHealed{0};

private:
  friend class PoolCompactor;
  friend class SlidingCompactor;
  friend class IncrementalCompaction;

  VALUE popFree(Pool &P);
  VALUE allocateSlowly(unsigned Index);
  static VALUE takeFree(Page &P) {
    VALUE Slot = P.FreeList;
    if (Slot) {
      P.FreeList = reinterpret_cast<FreeSlot *>(Slot)->Next;
      --P.NumFree;
    }
    return Slot;
  }
  /// pushFree for a page that is accessible.
  static void linkFree(Page &P, VALUE Slot) {
    *reinterpret_cast<FreeSlot *>(Slot) = {T_NONE, P.FreeList};
    P.FreeList = Slot;
    ++P.NumFree;
  }
  /// The next allocation from each pool takes the slow way.
  void rewindPools() {
    for (Pool &P : Pools) {
      P.Cursor = 0;
      P.Current = nullptr;
    }
  }
  bool addPage(unsigned PoolIndex);
  void noteMalloc(size_t Size);
  void maybeStress();
  void maybeFail();

  void noteWritten(Page &P, unsigned I);
  void collectYoung();
  /// As collect(), but the sweep waits for those who need slots.
  void collectLazily();
  size_t countLive() const;
  void beginCollection();
  void endCollection();
  void markRoots();
  void markStack(const VALUE *Begin, const VALUE *End);
  void drainMarkStack();
  void markChildren(VALUE V);
  void markOne(VALUE V, bool Pin);

  /// Frees the unmarked, rebuilds the free list.
  void sweepPage(Page &P);
  void sweepAll();
  /// Puts the sweep off, or sweeps at once if that is what Settings ask for.
  void startLazySweep();
  void sweepUnswept(Page &P);
  bool sweepNextOf(Pool &P);
  void sweepSome(size_t NumPages);
  void afterSweepStep();
  /// Before a slot of \p P is taken.
  void sweepForSlot(Pool &P);
  /// Before \p Size bytes of C memory are taken.
  void sweepForBytes(size_t Size);
  /// Before a collection or the end; the dfrees that wait go on waiting.
  void finishSweep();
  /// Frees dead objects whose dfree knows nothing of the barrier.
  void freeNotOptedIn();
  void releaseEmptyPages();
  void adjustAllowance();
  /// \returns false when the slot has to stay for now (T_ZOMBIE).
  bool freeObject(VALUE V);
  void makeZombie(VALUE V, RUBY_DATA_FUNC Free, void *Data);
  void runZombies();
  void pushFree(Page &P, VALUE Slot);
  bool staysMoved(VALUE V) const;
  bool staysDead(VALUE V, unsigned Type);

  void moveWithTwoFingers();
  void moveBySliding();
  /// With MoveLock: what moved off \p P and where it went are as before.
  void bringHome(Page &P);
  void allHasMoved();
  void startIncremental();
  void endIncremental();
  void updateAtOnce();
  void bringHomeWhatIsHeld();
  void bringHomeIfMoved(VALUE V);
  void releaseMoved(Page &P);
  void updateAllReferences();
  void updateObject(VALUE V);

  Page *PageTable = nullptr;
  Pool Pools[NumPools];
  std::vector<Page *> EmptyPages;
  std::vector<VALUE> MarkStack;
  std::vector<VALUE> Zombies;
  size_t FailIn = 0;
  size_t MallocIncrease = 0;
  size_t MallocLimit = size_t(16) << 20;
  size_t NumUnswept = 0;
  size_t SweepDebt = 0;
  /// Pages that the lazy sweep has found empty are still to be released.
  bool SweepEnds = false;
  bool Collecting = false;
  /// Number of the current or last compaction.
  size_t Compaction = 0;
  /// Compactions for which an emptied slot stays T_MOVED, and collections for
  /// which that of a dead object stays free.
  size_t MovedStays = 0;
  /// The T_DATA whose dmark runs.
  VALUE MarkingData = 0;
  bool OnlyChecking = false;
  std::vector<Reference> *Found = nullptr;
  bool ScanningStack = false;
  std::unique_ptr<IncrementalCompaction> Stepwise;
  /// Old objects that the next young collection looks into.
  std::vector<VALUE> WrittenObjects;
  size_t LiveAfterFull = 0;
  /// What ReadBarrier->needsOptIn() says.
  bool OptIn = false;
  /// While the children of an object are marked that keeps them in place.
  bool PinChildren = false;
  /// One for each pool, while a sliding compaction is under way.
  std::deque<SlidingCompactor> *Sliding = nullptr;
  /// Marking looks for what must not have moved, and marks nothing.
  bool BringingHome = false;
  void (*MovedHook)(void *) = nullptr;
  void *MovedHookData = nullptr;
};

extern std::atomic<Heap *> TheHeap;
Heap &makeHeap();

/// The heap, or nullptr before it is made. Any thread; async-signal-safe.
inline Heap *heapIfAny() { return TheHeap.load(std::memory_order_acquire); }
/// The one heap of the process; the first call, at start-up, makes it.
inline Heap &heap() {
  Heap *H = heapIfAny();
  return __builtin_expect(H != nullptr, true) ? *H : makeHeap();
}

} // namespace rheap

#endif // RHEAP_HEAP_HEAP_H
