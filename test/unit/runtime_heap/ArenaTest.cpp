//===- ArenaTest.cpp - The pages' addresses ------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "heap/Arena.h"

#include "gtest/gtest.h"

#include <cstring>
#include <unistd.h>

using namespace rheap;

namespace {

/// Whether the kernel can read the byte: a fault-free look.
bool isReadable(const void *P) {
  int Fds[2];
  EXPECT_EQ(pipe(Fds), 0);
  bool Readable = write(Fds[1], P, 1) == 1;
  close(Fds[0]);
  close(Fds[1]);
  return Readable;
}

TEST(Arena, GrowsByAlignedAdjacentPages) {
  Arena A;
  ASSERT_EQ(A.init(), nullptr);
  char *First = A.grow(), *Second = A.grow();
  ASSERT_NE(First, nullptr);
  EXPECT_EQ(uintptr_t(First) % PageSize, 0u);
  EXPECT_EQ(Second, First + PageSize);
  EXPECT_EQ(A.numPages(), 2u);
  EXPECT_TRUE(A.contains(First));
  EXPECT_TRUE(A.contains(Second + PageSize - 1));
  EXPECT_FALSE(A.contains(Second + PageSize));
  EXPECT_FALSE(A.contains(First - 1));
  EXPECT_EQ(A.indexOf(Second + 5), 1u);
}

TEST(Arena, MirrorIsTheSameMemory) {
  Arena A;
  ASSERT_EQ(A.init(), nullptr);
  char *P = A.grow();
  strcpy(P, "written through the page");
  EXPECT_STREQ(A.mirror(P), "written through the page");
  strcpy(A.mirror(P), "and through the mirror");
  EXPECT_STREQ(P, "and through the mirror");
}

TEST(Arena, MirrorStaysReadableUnderProtection) {
  Arena A;
  ASSERT_EQ(A.init(), nullptr);
  char *P = A.grow(), *Next = A.grow();
  *P = 'x';
  A.protect(P, PageSize, false);
  EXPECT_FALSE(isReadable(P));
  EXPECT_TRUE(isReadable(Next));
  EXPECT_EQ(*A.mirror(P), 'x');
  *A.mirror(P) = 'y';
  A.protect(P, PageSize, true);
  EXPECT_EQ(*P, 'y');
}

TEST(Arena, MemoryBeyondTheLastPageIsInaccessible) {
  Arena A;
  ASSERT_EQ(A.init(), nullptr);
  char *P = A.grow();
  EXPECT_TRUE(isReadable(P + PageSize - 1));
  EXPECT_FALSE(isReadable(P + PageSize));
}

} // namespace
