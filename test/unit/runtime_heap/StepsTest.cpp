//===- StepsTest.cpp - Compaction in steps -------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "heap/Heap.h"

#include "model/Array.h"
#include "model/String.h"

#include "gtest/gtest.h"

using namespace rheap;

namespace {

VALUE Kept = Qnil;
std::vector<VALUE> Homes; // in C memory, which nothing scans

class Steps : public ::testing::Test {
protected:
  void SetUp() override {
    if (!heap().ReadBarrier->worksInSteps())
      GTEST_SKIP() << "not with this barrier";
    Kept = Qnil;
    heap().RootSet.registerAddress(&Kept);
    heap().compact();
    heap().Disabled = true;
    make();
  }
  void TearDown() override {
    heap().Disabled = false;
    heap().finishIncremental();
    heap().RootSet.unregisterAddress(&Kept);
  }

  __attribute__((noinline)) static void make() {
    Kept = rb_ary_new();
    for (long I = 0; I < 40000; ++I) {
      VALUE S = rb_sprintf("object %ld", I);
      if (I % 2)
        rb_ary_push(Kept, S);
    }
    Homes.assign(aryPtr(Kept), aryPtr(Kept) + aryLen(Kept));
    volatile char Frames[1 << 15];
    for (char volatile &C : Frames)
      C = 0;
  }

  static std::string text(VALUE S) {
    return std::string(strPtr(S), size_t(strLen(S)));
  }
};

/// The array's elements near the end are those that the back finger takes.
__attribute__((noinline)) void readLast() {
  EXPECT_EQ(rb_ary_entry(Kept, -1), Homes.back());
}

TEST_F(Steps, WhatHasBeenReadStays) {
  if (!heap().ReadBarrier->needsOptIn())
    GTEST_SKIP() << "RB_OBJ_READ has nothing to do with this barrier";
  heap().compactStep(1);
  readLast();
  while (!heap().compactStep(100)) {
  }
  // The one before it, which nobody read, has gone.
  EXPECT_NE(rb_ary_entry(Kept, -2), Homes[Homes.size() - 2]);
  ASSERT_EQ(rb_ary_entry(Kept, -1), Homes.back());
  EXPECT_EQ(text(Homes.back()), "object 39999");
}

TEST_F(Steps, WhatIsTouchedStaysAndWhatIsMadeFollows) {
  if (heap().ReadBarrier->needsOptIn())
    GTEST_SKIP() << "references are healed one by one with this barrier";
  heap().compactStep(1);
  VALUE Made = rb_ary_new();
  size_t Healed = heap().NumHealed;
  for (int I = 0; !heap().compactStep(200); ++I) {
    // Old addresses go into what is made meanwhile.
    if (I < 20)
      rb_ary_push(Made, rb_ary_entry(Kept, -1 - I * 700));
    if (I == 20) {
      EXPECT_EQ(text(Homes.back()), "object 39999");
    }
  }
  EXPECT_GT(heap().NumHealed, Healed);
  EXPECT_EQ(aryLen(Made), 20);
  for (int I = 0; I < 20; ++I)
    EXPECT_EQ(rb_ary_entry(Made, I), rb_ary_entry(Kept, -1 - I * 700)) << I;
  for (long I = 0; I < aryLen(Kept); ++I)
    ASSERT_EQ(text(aryPtr(Kept)[I]), "object " + std::to_string(2 * I + 1));
  RB_GC_GUARD(Made);
}

VALUE Registered = Qnil;

TEST_F(Steps, WhatIsRegisteredMeanwhileStays) {
  if (heap().ReadBarrier->needsOptIn())
    GTEST_SKIP() << "what is read stays with this barrier";
  heap().RootSet.registerAddress(&Registered);
  heap().compactStep(1);
  // An address that was learned before the object moved, and is in no stack.
  while (!heap().hasJustMoved(Homes.back()))
    ASSERT_FALSE(heap().compactStep(100));
  Registered = Homes.back();
  while (!heap().compactStep(100)) {
  }
  heap().RootSet.unregisterAddress(&Registered);
  ASSERT_TRUE(heap().isObject(Registered));
  EXPECT_EQ(text(Registered), "object 39999");
  EXPECT_EQ(rb_ary_entry(Kept, -1), Registered);
  Registered = Qnil;
}

} // namespace
