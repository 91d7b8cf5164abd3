//===- PageTest.cpp - Slots by arithmetic, bits by slot -------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "heap/Page.h"

#include "gtest/gtest.h"

#include <vector>

using namespace rheap;

namespace {

TEST(Page, EachByteBelongsToItsSlot) {
  std::vector<char> Bytes(PageSize);
  for (uint16_t Size : SlotSizes) {
    Page P = {};
    P.Begin = Bytes.data();
    P.setSlotSize(Size);
    EXPECT_EQ(P.NumSlots, PageSize / Size);
    for (size_t I = 0; I < PageSize; ++I) {
      ASSERT_EQ(P.indexOf(P.Begin + I), I / Size) << Size << " " << I;
      // The bytes behind the last slot are nobody's.
      VALUE Slot = I / Size < P.NumSlots ? P.slotAt(unsigned(I / Size)) : 0;
      ASSERT_EQ(P.slotOf(P.Begin + I), Slot) << Size << " " << I;
    }
  }
}

TEST(Page, LiveSlotsAreCountedBeforeAndAfterTheSweep) {
  Page P = {};
  P.setSlotSize(640);
  P.NumFree = 90;
  P.Marked.set(3);
  P.Marked.set(70);
  EXPECT_EQ(P.numLive(), P.NumSlots - 90u);
  P.Unswept = true;
  EXPECT_EQ(P.numLive(), 2u);
}

TEST(Bitmap, EachBitIsItsOwn) {
  Bitmap A, B;
  for (unsigned I : {0u, 63u, 64u, 127u, 1000u, MaxSlots - 1}) {
    EXPECT_FALSE(A.test(I));
    A.set(I);
    EXPECT_TRUE(A.test(I));
  }
  EXPECT_EQ(A.count(), 6u);
  EXPECT_FALSE(A.test(1));
  EXPECT_FALSE(A.test(62));
  A.clear(64);
  EXPECT_FALSE(A.test(64));
  B.setShared(63);
  B.setShared(65);
  B.setShared(1000);
  std::vector<unsigned> Common;
  A.eachCommon(B, [&](unsigned I) { Common.push_back(I); });
  EXPECT_EQ(Common, (std::vector<unsigned>{63, 1000}));
  B.clearShared(63);
  A.keepOnly(B);
  EXPECT_EQ(A.count(), 1u);
  EXPECT_TRUE(A.test(1000));
  EXPECT_EQ(A.word(960), uint64_t(1) << 40);
  A.clearAll();
  EXPECT_EQ(A.count(), 0u);
}

} // namespace
