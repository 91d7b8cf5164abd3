//===- SlidingTest.cpp - Sliding compaction ------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "heap/Heap.h"

#include "model/Array.h"
#include "model/String.h"

#include "gtest/gtest.h"

#include <algorithm>

using namespace rheap;

namespace {

VALUE Kept = Qnil;

/// Where the kept strings were before the compaction. In C memory, which the
/// conservative scan does not see.
std::vector<VALUE> Homes;

int Calls, Moved, MovedLater, WrongType, NotAsBefore;

/// Where the pages lie is the kernel's choice, and with it how much has moved
/// when a dfree runs.
constexpr int EnoughMoved = 5000;

/// Looks, once and when enough has moved, at the first string that has moved
/// off a page in the middle.
const rb_data_type_t SpyType = {
    "spy",
    {nullptr,
     [](void *Data) {
       xfree(Data);
       ++Calls;
       if (Moved > EnoughMoved)
         return;
       auto HasMoved = [](VALUE V) { return heap().location(V) != V; };
       Moved = int(std::count_if(Homes.begin(), Homes.end(), HasMoved));
       if (Moved <= EnoughMoved)
         return;
       size_t Middle = 0;
       for (int Seen = 0; Middle < Homes.size() && Seen < Moved / 2; ++Middle)
         Seen += HasMoved(Homes[Middle]);
       const Page *P = heap().pageOf(Homes[Middle]);
       WrongType += BUILTIN_TYPE(Homes[Middle]) != T_STRING;
       // What moved off that page and off the later ones is back; what moved
       // before is not.
       for (VALUE V : Homes)
         if (V >= VALUE(P->Begin))
           NotAsBefore += HasMoved(V) || BUILTIN_TYPE(V) != T_STRING;
         else
           MovedLater += HasMoved(V);
     },
     nullptr,
     nullptr,
     {}},
    nullptr,
    nullptr,
    RUBY_TYPED_FREE_IMMEDIATELY};

class Sliding : public ::testing::Test {
protected:
  void SetUp() override {
    if (heap().ReadBarrier->needsOptIn())
      GTEST_SKIP() << "sliding does not go with this barrier";
    Kept = Qnil;
    Calls = Moved = MovedLater = WrongType = NotAsBefore = 0;
    heap().RootSet.registerAddress(&Kept);
    heap().compact();
    Was = std::exchange(heap().Settings.Compactor, Compactor::Sliding);
  }
  void TearDown() override {
    heap().Settings.Compactor = Was;
    Homes.clear();
    heap().RootSet.unregisterAddress(&Kept);
  }

  /// Every third of \p N strings is kept; \p WithSpies: dead ones between.
  __attribute__((noinline)) static void make(long N, bool WithSpies) {
    heap().Disabled = true;
    Kept = rb_ary_new();
    for (long I = 0; I < N; ++I) {
      VALUE S = rb_sprintf("object %ld", I);
      if (I % 3 == 0)
        rb_ary_push(Kept, S);
      long *Unused;
      if (WithSpies && I % 1000 == 1)
        TypedData_Make_Struct(rb_cObject, long, &SpyType, Unused);
    }
    Homes.assign(aryPtr(Kept), aryPtr(Kept) + aryLen(Kept));
    std::sort(Homes.begin(), Homes.end());
    heap().Disabled = false;
  }

  static void expectContents() {
    for (long I = 0; I < aryLen(Kept); ++I) {
      VALUE S = aryPtr(Kept)[I];
      ASSERT_TRUE(heap().isObject(S)) << I;
      ASSERT_EQ(std::string(strPtr(S), size_t(strLen(S))),
                "object " + std::to_string(3 * I));
    }
  }

  Compactor Was = Compactor::TwoFingers;
};

__attribute__((noinline)) void clearStack() {
  volatile char Frames[1 << 15];
  for (char volatile &C : Frames)
    C = 0;
}

bool inOrder() {
  return std::is_sorted(aryPtr(Kept), aryPtr(Kept) + aryLen(Kept));
}

TEST_F(Sliding, KeepsTheOrderOfAddresses) {
  make(60000, false);
  clearStack();
  // The first objects may have come from holes; what matters is what moves.
  bool Before = inOrder();
  EXPECT_GT(heap().compact(), 10000u);
  expectContents();
  EXPECT_EQ(inOrder(), Before);
}

TEST_F(Sliding, TwoFingersDoNot) {
  heap().Settings.Compactor = Compactor::TwoFingers;
  make(60000, false);
  clearStack();
  EXPECT_GT(heap().compact(), 10000u);
  expectContents();
  EXPECT_FALSE(inOrder());
}

TEST_F(Sliding, LeavesNoHoleButBeforePinnedOnes) {
  make(60000, false);
  clearStack();
  heap().compact();
  heap().compact();
  size_t Moves = heap().NumMoved;
  heap().compact();
  // What the stacks pin comes and goes; the rest has nowhere to go.
  EXPECT_LT(heap().NumMoved - Moves, 200u);
  expectContents();
}

TEST_F(Sliding, AFaultTakesBackWhatMovedSinceItsPageWasLeft) {
  if (heap().ReadBarrier->sweepsFirst() || heap().ReadBarrier == &noBarrier())
    GTEST_SKIP() << "no dfree runs between moves, or nothing protects";
  make(60000, true);
  clearStack();
  heap().compact();
  EXPECT_GT(Calls, 1);
  EXPECT_GT(Moved, EnoughMoved) << "what had not moved tests nothing";
  EXPECT_EQ(WrongType, 0);
  EXPECT_EQ(NotAsBefore, 0);
  EXPECT_GT(MovedLater, 1000) << "more than needed was taken back";
  expectContents();
  heap().compact();
  expectContents();
}

TEST_F(Sliding, WithoutABarrierADfreeSeesOtherThings) {
  Barrier *Before = std::exchange(heap().ReadBarrier, &noBarrier());
  make(60000, true);
  clearStack();
  size_t Healed = heap().NumHealed;
  heap().compact();
  heap().ReadBarrier = Before;
  EXPECT_GT(Moved, 1000);
  EXPECT_GT(NotAsBefore, 100);
  EXPECT_EQ(heap().NumHealed, Healed);
  expectContents();
}

} // namespace
