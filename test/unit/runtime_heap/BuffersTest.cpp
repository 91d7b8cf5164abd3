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
