//===- HeapTest.cpp - Pools, free lists, collection ----------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "heap/Heap.h"

#include "model/Class.h"
#include "model/String.h"

#include "gtest/gtest.h"

#include <set>

using namespace rheap;

namespace {

/// Makes \p N objects and forgets them, out of sight of the stack scan.
__attribute__((noinline)) void makeGarbage(long N, size_t Len) {
  for (long I = 0; I < N; ++I)
    newString(rb_cString, nullptr, Len);
}

/// Overwrites dead frames below this one.
__attribute__((noinline)) void clearStack() {
  volatile char Frames[1 << 15];
  for (char volatile &C : Frames)
    C = 0;
}

size_t freeSlots(unsigned PoolIndex) {
  size_t N = 0;
  for (const Page *P : heap().pool(PoolIndex).Pages)
    N += P->NumFree;
  return N;
}

/// Pages that are empty may be gone after a collection; these count the same.
size_t usedSlots(unsigned PoolIndex) {
  size_t N = 0;
  for (const Page *P : heap().pool(PoolIndex).Pages)
    N += size_t(P->NumSlots - P->NumFree);
  return N;
}

TEST(Heap, SlotSizes) {
  EXPECT_EQ(Heap::slotSizeFor(1), 40u);
  EXPECT_EQ(Heap::slotSizeFor(40), 40u);
  EXPECT_EQ(Heap::slotSizeFor(41), 80u);
  EXPECT_EQ(Heap::slotSizeFor(160), 160u);
  EXPECT_EQ(Heap::slotSizeFor(161), 320u);
  EXPECT_EQ(Heap::slotSizeFor(640), 640u);
}

TEST(Heap, ObjectsComeFromThePoolOfTheirSize) {
  for (size_t Size : SlotSizes) {
    VALUE S = heap().allocate(Size, T_STRING, rb_cString);
    EXPECT_EQ(heap().slotSize(S), Size);
    EXPECT_TRUE(heap().isObject(S));
    for (size_t I = 16; I < Size; ++I)
      ASSERT_EQ(reinterpret_cast<char *>(S)[I], 0) << Size << " " << I;
  }
}

TEST(Heap, SlotsAreDistinct) {
  heap().Disabled = true;
  std::set<VALUE> Seen;
  for (int I = 0; I < 5000; ++I)
    EXPECT_TRUE(Seen.insert(newString(rb_cString, "x", 1)).second);
  VALUE Last = 0;
  for (VALUE V : Seen) {
    EXPECT_TRUE(!Last || V - Last >= 40) << V;
    Last = V;
  }
  heap().Disabled = false;
}

TEST(Heap, OnlySlotStartsAreObjects) {
  VALUE S = newString(rb_cString, "abc", 3);
  EXPECT_TRUE(heap().isObject(S));
  EXPECT_FALSE(heap().isObject(S + 8));
  EXPECT_FALSE(heap().isObject(S + 1));
  EXPECT_FALSE(heap().isObject(0));
  EXPECT_FALSE(heap().isObject(reinterpret_cast<VALUE>(&S)));
  RB_GC_GUARD(S);
}

TEST(Heap, GarbageIsFreed) {
  makeGarbage(20000, 5);
  heap().collect();
  clearStack();
  size_t Before = usedSlots(0);
  makeGarbage(long(freeSlots(0) / 2), 5);
  EXPECT_GT(usedSlots(0), Before);
  clearStack();
  heap().collect();
  // The scan may keep a few by accident.
  EXPECT_LE(usedSlots(0), Before + 20);
}

TEST(Heap, AGuardedObjectLives) {
  VALUE S = newString(rb_cString, "alive", 5);
  makeGarbage(1000, 5);
  heap().collect();
  EXPECT_EQ(std::string(strPtr(S), 5), "alive");
  RB_GC_GUARD(S);
}

VALUE Root;

__attribute__((noinline)) void setRoot(const char *Text) {
  Root = newString(rb_cString, Text, strlen(Text));
}

TEST(Heap, ARegisteredAddressIsARoot) {
  Root = Qnil;
  heap().RootSet.registerAddress(&Root);
  setRoot("rooted");
  clearStack();
  heap().collect();
  makeGarbage(100, 6);
  ASSERT_TRUE(heap().isObject(Root));
  EXPECT_EQ(std::string(strPtr(Root), 6), "rooted");
  heap().RootSet.unregisterAddress(&Root);
}

/// How many of \p N objects survive that only an unregistered C variable holds.
__attribute__((noinline)) VALUE hiddenFromScan(const char *Text) {
  return ~newString(rb_cString, Text, strlen(Text));
}

TEST(Heap, AnUnregisteredVariableIsNoRoot) {
  int Dead = 0;
  for (int I = 0; I < 20; ++I) {
    VALUE Complement = hiddenFromScan("unrooted");
    clearStack();
    heap().collect();
    Dead += !heap().isObject(~Complement);
  }
  EXPECT_GE(Dead, 18);
}

TEST(Heap, EmptyPagesServeOtherPools) {
  // All at once, or a collection in between has slots used again.
  heap().Disabled = true;
  makeGarbage(90000, 5);
  heap().Disabled = false;
  clearStack();
  heap().collect();
  size_t Pages = heap().Memory.numPages();
  // 320-byte slots: 40 of the pages that the short strings had.
  makeGarbage(200 * 30L, 250);
  EXPECT_EQ(heap().Memory.numPages(), Pages);
}

TEST(Heap, StressCollectsBeforeEachAllocation) {
  Stress Was = heap().Settings.GcStress;
  rb_funcall(rb_mGC, rb_intern("stress="), 1, Qtrue);
  size_t Before = heap().NumCollections;
  for (int I = 0; I < 10; ++I)
    newString(rb_cString, "x", 1);
  EXPECT_EQ(heap().NumCollections - Before, 10u);
  rb_funcall(rb_mGC, rb_intern("stress="), 1, Qfalse);
  Before = heap().NumCollections;
  for (int I = 0; I < 10; ++I)
    newString(rb_cString, "x", 1);
  EXPECT_EQ(heap().NumCollections, Before);
  heap().setStress(Was);
}

TEST(Heap, ExternalBytesCountTowardsACollection) {
  size_t Before = heap().NumCollections;
  makeGarbage(64, 1 << 20);
  EXPECT_GT(heap().NumCollections, Before);
}

struct Counted {
  static inline int Freed = 0;
  static void free(void *P) {
    ++Freed;
    ::free(P);
  }
};

const rb_data_type_t Immediate = {
    "immediate",
    {nullptr, Counted::free, nullptr, nullptr, {}},
    nullptr,
    nullptr,
    RUBY_TYPED_FREE_IMMEDIATELY};

bool AllocatedInFree = false;
const rb_data_type_t Deferred = {"deferred",
                                 {nullptr,
                                  [](void *P) {
                                    // Legal here and only here: the
                                    // collection is over.
                                    newString(rb_cString, "made in dfree", 13);
                                    AllocatedInFree = true;
                                    Counted::free(P);
                                  },
                                  nullptr,
                                  nullptr,
                                  {}},
                                 nullptr,
                                 nullptr,
                                 0};

__attribute__((noinline)) void makeData(int N, const rb_data_type_t *Type) {
  for (int I = 0; I < N; ++I)
    rb_data_typed_object_wrap(rb_cObject, malloc(8), Type);
}

TEST(Heap, EachDeadDataIsFreedOnce) {
  for (const rb_data_type_t *Type : {&Immediate, &Deferred}) {
    Counted::Freed = 0;
    makeData(100, Type);
    clearStack();
    heap().collect();
    heap().collect();
    EXPECT_GE(Counted::Freed, 95) << Type->wrap_struct_name;
    EXPECT_LE(Counted::Freed, 100) << Type->wrap_struct_name;
  }
  EXPECT_TRUE(AllocatedInFree);
}

/// No address of it is left in this frame.
__attribute__((noinline)) VALUE hiddenString() {
  return ~newString(rb_cString, "x", 1);
}

/// Runs its body with sweeps put off, whatever the environment says.
class LazySweep : public ::testing::Test {
protected:
  void SetUp() override {
    heap().collect();
    Was = std::exchange(heap().Settings.LazySweep, true);
    Counted::Freed = 0;
    // No collection but those asked for.
    heap().Disabled = true;
  }
  void TearDown() override {
    heap().Disabled = false;
    heap().collect();
    heap().Settings.LazySweep = Was;
  }
  bool Was = true;
};

TEST_F(LazySweep, CollectsWithoutSweeping) {
  makeData(20000, &Immediate);
  clearStack();
  int Before = Counted::Freed;
  heap().collectForSpace();
  EXPECT_GT(heap().numUnswept(), 10u);
  EXPECT_EQ(Counted::Freed, Before);
}

TEST_F(LazySweep, ADeadObjectIsNoneBeforeItIsSwept) {
  VALUE Hidden = hiddenString();
  clearStack();
  heap().collectForSpace();
  ASSERT_GT(heap().numUnswept(), 0u);
  EXPECT_FALSE(heap().isObject(~Hidden));
}

TEST_F(LazySweep, EachAllocationSweepsAFewPages) {
  makeData(50000, &Immediate);
  clearStack();
  heap().collectForSpace();
  size_t Unswept = heap().numUnswept(), Steps = 0;
  int Freed = Counted::Freed;
  ASSERT_GT(Unswept, 20u);
  for (long I = 0; I < 1000000 && heap().numUnswept(); ++I) {
    newString(rb_cString, "x", 1);
    size_t Now = heap().numUnswept();
    // Four pages of the pool and one of another. All of them are empty, so that
    // none is passed by.
    ASSERT_LE(Unswept, Now + 5);
    ASSERT_LE(Counted::Freed - Freed, int(5 * MaxSlots));
    Steps += Now != Unswept;
    Unswept = Now;
    Freed = Counted::Freed;
  }
  EXPECT_EQ(heap().numUnswept(), 0u);
  EXPECT_GT(Steps, 5u);
  EXPECT_GE(Counted::Freed, 49000);
  EXPECT_LE(Counted::Freed, 50000);
}

TEST_F(LazySweep, MemoryThatIsAskedForSweepsToo) {
  makeData(20000, &Immediate);
  clearStack();
  heap().collectForSpace();
  size_t Unswept = heap().numUnswept();
  ASSERT_GT(Unswept, 10u);
  free(heap().allocatePlain(size_t(5) * 16 * 1024));
  EXPECT_EQ(heap().numUnswept(), Unswept - 5);
}

TEST_F(LazySweep, ACompactionSweepsTheRestFirst) {
  makeData(20000, &Immediate);
  clearStack();
  heap().collectForSpace();
  ASSERT_GT(heap().numUnswept(), 10u);
  heap().compact();
  EXPECT_EQ(heap().numUnswept(), 0u);
  EXPECT_GE(Counted::Freed, 19000);
  EXPECT_LE(Counted::Freed, 20000);
}

TEST_F(LazySweep, ADfreeThatWaitsMayAllocateWhenItRuns) {
  AllocatedInFree = false;
  makeData(20000, &Deferred);
  clearStack();
  heap().collectForSpace();
  ASSERT_GT(heap().numUnswept(), 10u);
  for (int I = 0; I < 200000 && heap().numUnswept(); ++I)
    newString(rb_cString, "x", 1);
  EXPECT_TRUE(AllocatedInFree);
  EXPECT_GE(Counted::Freed, 19000);
  EXPECT_LE(Counted::Freed, 20000);
}

} // namespace
