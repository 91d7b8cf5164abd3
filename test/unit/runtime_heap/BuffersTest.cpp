//===- BuffersTest.cpp - External buffers --------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "heap/Buffers.h"

#include "gtest/gtest.h"

#include <cstring>
#include <unistd.h>

using namespace rheap;

namespace {

bool isReadable(const void *P) {
  int Fds[2];
  EXPECT_EQ(pipe(Fds), 0);
  bool Readable = write(Fds[1], P, 1) == 1;
  close(Fds[0]);
  close(Fds[1]);
  return Readable;
}

TEST(Buffers, PlainOnesAreUnknown) {
  Buffers B;
  ASSERT_EQ(B.init(false), nullptr);
  auto *P = static_cast<char *>(B.allocate(10, 8));
  Buffers::Info Info;
  EXPECT_FALSE(B.find(P, Info));
  P = static_cast<char *>(B.reallocate(P, 100000));
  ASSERT_NE(P, nullptr);
  P[99999] = 1;
  B.free(P);
}

struct Judged : ::testing::Test {
  Buffers B;
  Buffers::Info Info;
  void SetUp() override { ASSERT_EQ(B.init(true), nullptr); }
};

TEST_F(Judged, KnowsSizeAndOwner) {
  auto *P = static_cast<char *>(B.allocate(5000, 0x48));
  ASSERT_TRUE(B.find(P + 4999, Info));
  EXPECT_EQ(Info.Begin, P);
  EXPECT_EQ(Info.Size, 5000u);
  EXPECT_EQ(Info.Owner, 0x48u);
  EXPECT_FALSE(Info.Freed);
  EXPECT_FALSE(B.find(P + 5000, Info));
  B.setOwner(P, 0x50);
  ASSERT_TRUE(B.find(P, Info));
  EXPECT_EQ(Info.Owner, 0x50u);
}

TEST_F(Judged, InaccessiblePagesFollowEachBuffer) {
  auto *P = static_cast<char *>(B.allocate(4096, 0));
  B.allocate(4096, 0);
  EXPECT_TRUE(isReadable(P + 4095));
  EXPECT_FALSE(isReadable(P + 4096));
}

TEST_F(Judged, FreedOnesStayInaccessibleAndKnown) {
  auto *P = static_cast<char *>(B.allocate(9000, 0x48));
  strcpy(P, "old bytes");
  B.free(P);
  EXPECT_FALSE(isReadable(P));
  EXPECT_FALSE(isReadable(P + 8999));
  ASSERT_TRUE(B.find(P + 8999, Info));
  EXPECT_TRUE(Info.Freed);
  EXPECT_EQ(Info.Owner, 0x48u);
  B.reopen(P + 8999);
  EXPECT_STREQ(P, "old bytes");
}

TEST_F(Judged, ReallocationMovesAndFreesTheOld) {
  auto *P = static_cast<char *>(B.allocate(100, 0x48));
  memset(P, 'a', 100);
  auto *Q = static_cast<char *>(B.reallocate(P, 200000));
  EXPECT_NE(P, Q);
  EXPECT_EQ(std::string(Q, 100), std::string(100, 'a'));
  EXPECT_FALSE(isReadable(P));
  ASSERT_TRUE(B.find(Q, Info));
  EXPECT_EQ(Info.Owner, 0x48u);
}

TEST_F(Judged, ForeignMemoryIsPassedOn) {
  int Local;
  EXPECT_FALSE(B.find(&Local, Info));
  B.free(malloc(10));
}

TEST_F(Judged, WatchingClosesWhatIsBorrowed) {
  void *Borrowed = B.allocate(100, 8), *Other = B.allocate(100, 8),
       *Frozen = B.allocate(100, 8), *Later = B.allocate(100, 8);
  B.borrow(static_cast<char *>(Borrowed) + 50);
  B.borrow(Frozen);
  B.freeze(Frozen);
  EXPECT_TRUE(isReadable(Borrowed));
  B.watch();
  EXPECT_FALSE(isReadable(Borrowed));
  ASSERT_TRUE(B.find(Borrowed, Info));
  EXPECT_TRUE(Info.Watched);
  EXPECT_TRUE(isReadable(Other));
  EXPECT_TRUE(isReadable(Frozen));
  B.borrow(Later);
  EXPECT_FALSE(isReadable(Later));
  B.unwatch(Later, /*ForGood=*/false);
  EXPECT_TRUE(isReadable(Later));
  B.borrow(Later);
  EXPECT_FALSE(isReadable(Later));
  B.unwatch(Later, /*ForGood=*/true);
  B.borrow(Later);
  EXPECT_TRUE(isReadable(Later));
  // What is done with the whole opens it.
  auto *Larger = static_cast<char *>(B.reallocate(Borrowed, 200));
  Larger[199] = 1;
  B.borrow(Larger);
  EXPECT_FALSE(isReadable(Larger));
  B.free(Larger);
}

TEST_F(Judged, AWatchedOneIsOpenForOneStep) {
  void *P = B.allocate(100, 8, /*IsContents=*/true);
  EXPECT_FALSE(B.beginStep(P)) << "it is not watched";
  B.borrow(P);
  B.watch();
  ASSERT_TRUE(B.beginStep(P));
  EXPECT_TRUE(isReadable(P));
  B.endStep(P);
  EXPECT_FALSE(isReadable(P));
  // The seal of a region comes and goes.
  B.seal();
  B.unseal();
  EXPECT_FALSE(isReadable(P));
  int Steps = 1, Waits = 0;
  while (B.mayWaitAt(P))
    ++Waits;
  EXPECT_EQ(Waits, 4);
  while (B.beginStep(P)) {
    B.endStep(P);
    ++Steps;
  }
  EXPECT_EQ(Steps, 8191);
  EXPECT_TRUE(isReadable(P));
  B.borrow(P);
  EXPECT_TRUE(isReadable(P)) << "enough has been seen of it";
}

TEST_F(Judged, ManyFreedOnesGiveTheirMemoryBack) {
  auto *First = static_cast<char *>(B.allocate(4096, 0));
  *First = 'x';
  B.free(First);
  for (int I = 0; I < 1024; ++I)
    B.free(B.allocate(4096, 0));
  B.reopen(First);
  EXPECT_EQ(*First, '\0');
}

} // namespace
