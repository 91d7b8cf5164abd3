//===- PageTableTest.cpp --------------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "PageTable.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

using namespace gvlsan;

namespace {

unsigned LeavesMapped;

void *mapLeaf(unsigned long Size) {
  ++LeavesMapped;
  return std::calloc(1, Size);
}

constexpr Address Unit = PageTable::Unit;
constexpr Address Base = 0x7f0000000000;
constexpr Address GiB = Address(1) << 30;

class PageTableTest : public ::testing::Test {
protected:
  void SetUp() override { LeavesMapped = 0; }
  // A megabyte of roots: too large for the stack of some systems.
  std::unique_ptr<PageTable> Table = std::make_unique<PageTable>(mapLeaf);
};

TEST_F(PageTableTest, EmptyContainsNothing) {
  EXPECT_FALSE(Table->mayContain(0, ~Address(0)));
  EXPECT_FALSE(Table->isPage(Base));
  EXPECT_EQ(Table->firstIn(Base, 100), 0u);
  EXPECT_EQ(LeavesMapped, 0u);
}

TEST_F(PageTableTest, FindsEveryByteOfAPageAndNoOther) {
  ASSERT_TRUE(Table->add(Base, Unit));
  EXPECT_TRUE(Table->isPage(Base));
  EXPECT_TRUE(Table->isPage(Base + Unit - 1));
  EXPECT_FALSE(Table->isPage(Base - 1));
  EXPECT_FALSE(Table->isPage(Base + Unit));
  EXPECT_EQ(LeavesMapped, 1u);
}

TEST_F(PageTableTest, PagesOfSeveralUnits) {
  ASSERT_TRUE(Table->add(Base, 4 * Unit));
  EXPECT_TRUE(Table->isPage(Base + 4 * Unit - 1));
  EXPECT_FALSE(Table->isPage(Base + 4 * Unit));
  Table->remove(Base, 4 * Unit);
  EXPECT_FALSE(Table->isPage(Base + 3 * Unit));
}

TEST_F(PageTableTest, RangesThatMeetAPageInTheMiddle) {
  ASSERT_TRUE(Table->add(Base + 8 * Unit, Unit));
  EXPECT_EQ(Table->firstIn(Base, 8 * Unit), 0u);
  EXPECT_EQ(Table->firstIn(Base, 8 * Unit + 1), Base + 8 * Unit);
  EXPECT_EQ(Table->firstIn(Base, 100 * Unit), Base + 8 * Unit);
  EXPECT_EQ(Table->firstIn(Base + 8 * Unit + 5, 1), Base + 8 * Unit + 5);
  EXPECT_EQ(Table->firstIn(Base + 8 * Unit + 5, 0), 0u);
  EXPECT_EQ(Table->firstIn(Base + 9 * Unit, Unit), 0u);
}

TEST_F(PageTableTest, RangeThatWrapsAround) {
  ASSERT_TRUE(Table->add(Base, Unit));
  EXPECT_EQ(Table->firstIn(Base + 1, ~Address(0)), Base + 1);
}

TEST_F(PageTableTest, AcrossTheLeavesOfTheTable) {
  ASSERT_TRUE(Table->add(Base + GiB - Unit, 2 * Unit));
  EXPECT_TRUE(Table->isPage(Base + GiB - Unit));
  EXPECT_TRUE(Table->isPage(Base + GiB));
  EXPECT_EQ(LeavesMapped, 2u);
}

TEST_F(PageTableTest, ProtectionAndConfirmationAreThePagesOwn) {
  ASSERT_TRUE(Table->add(Base, 2 * Unit));
  Table->protect(Base, Unit, true);
  Table->confirm(Base + Unit, Unit);
  EXPECT_TRUE(Table->isProtected(Base));
  EXPECT_FALSE(Table->isProtected(Base + Unit));
  EXPECT_FALSE(Table->isConfirmed(Base));
  EXPECT_TRUE(Table->isConfirmed(Base + Unit));
  Table->protect(Base, Unit, false);
  EXPECT_FALSE(Table->isProtected(Base));
  EXPECT_TRUE(Table->isPage(Base));
}

TEST_F(PageTableTest, APageThatComesBackHasForgotten) {
  ASSERT_TRUE(Table->add(Base, Unit));
  Table->protect(Base, Unit, true);
  Table->confirm(Base, Unit);
  Table->remove(Base, Unit);
  ASSERT_TRUE(Table->add(Base, Unit));
  EXPECT_FALSE(Table->isProtected(Base));
  EXPECT_FALSE(Table->isConfirmed(Base));
}

TEST_F(PageTableTest, AddressesBeyondTheTable) {
  Address Beyond = Address(1) << PageTable::AddressBits;
  EXPECT_FALSE(Table->isPage(Beyond));
  EXPECT_FALSE(Table->add(Beyond, Unit));
}

TEST_F(PageTableTest, NoMemoryForALeaf) {
  auto Poor = std::make_unique<PageTable>(
      [](unsigned long) -> void * { return nullptr; });
  EXPECT_FALSE(Poor->add(Base, Unit));
  EXPECT_FALSE(Poor->isPage(Base));
  EXPECT_FALSE(Poor->mayContain(Base, Unit));
}

TEST_F(PageTableTest, WatchingEverythingOpensTheBoundsOnly) {
  Table->watchEverything();
  EXPECT_TRUE(Table->mayContain(1, 1));
  EXPECT_TRUE(Table->mayContain(Base, 1));
  EXPECT_FALSE(Table->isPage(Base));
}

TEST_F(PageTableTest, ThreadsThatShareABytesBits) {
  constexpr int Rounds = 20000;
  ASSERT_TRUE(Table->add(Base, 2 * Unit));
  std::vector<std::thread> Threads;
  for (Address Mine : {Base, Base + Unit})
    Threads.emplace_back([this, Mine] {
      for (int I = 0; I < Rounds; ++I) {
        Table->protect(Mine, Unit, true);
        if (!Table->isProtected(Mine))
          std::abort();
        Table->protect(Mine, Unit, false);
        if (Table->isProtected(Mine))
          std::abort();
      }
    });
  for (std::thread &T : Threads)
    T.join();
  EXPECT_TRUE(Table->isPage(Base));
  EXPECT_TRUE(Table->isPage(Base + Unit));
}

TEST_F(PageTableTest, OpenRunsAreConfirmedUnprotectedAndJoined) {
  ASSERT_TRUE(Table->add(Base, 4 * Unit));
  ASSERT_TRUE(Table->add(Base + 5 * Unit, Unit));
  // In another leaf, and across the border of two.
  ASSERT_TRUE(Table->add(Base + GiB - Unit, 2 * Unit));
  ASSERT_TRUE(Table->add(Base + 9 * Unit, Unit));
  Table->confirm(Base, 4 * Unit);
  Table->confirm(Base + 5 * Unit, Unit);
  Table->confirm(Base + GiB - Unit, 2 * Unit);
  Table->protect(Base + Unit, Unit, true);
  std::vector<std::pair<Address, Address>> Runs,
      Expected = {{Base, Base + Unit},
                  {Base + 2 * Unit, Base + 4 * Unit},
                  {Base + 5 * Unit, Base + 6 * Unit},
                  {Base + GiB - Unit, Base + GiB + Unit}};
  Table->forEachOpenRun(
      [&](Address Begin, Address End) { Runs.push_back({Begin, End}); });
  EXPECT_EQ(Runs, Expected);
  std::vector<Address> Candidates;
  Table->forEachCandidate([&](Address A) { Candidates.push_back(A); });
  EXPECT_EQ(Candidates, std::vector<Address>{Base + 9 * Unit});
}

TEST_F(PageTableTest, NoRunsInAnEmptyTable) {
  Table->forEachOpenRun([](Address, Address) { FAIL(); });
  Table->watchEverything();
  Table->forEachOpenRun([](Address, Address) { FAIL(); });
}

} // namespace
