//===- PageGuardsTest.cpp - Protection and seal overlap ------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "heap/PageGuards.h"

#include "gtest/gtest.h"

#include <unistd.h>

using namespace rheap;

namespace {

struct Guarded : ::testing::Test {
  Arena A;
  PageGuards Guards{A};
  Page First = {}, Second = {};

  void SetUp() override {
    ASSERT_EQ(A.init(), nullptr);
    First.Begin = A.grow();
    Second.Begin = A.grow();
  }

  static bool isReadable(const Page &P) {
    int Fds[2];
    EXPECT_EQ(pipe(Fds), 0);
    bool Readable = write(Fds[1], P.Begin, 1) == 1;
    close(Fds[0]);
    close(Fds[1]);
    return Readable;
  }
};

TEST_F(Guarded, ProtectsOnePage) {
  Guards.protect(First);
  EXPECT_FALSE(isReadable(First));
  EXPECT_TRUE(isReadable(Second));
  Guards.unprotect(First);
  EXPECT_TRUE(isReadable(First));
}

TEST_F(Guarded, SealCoversAllPages) {
  Guards.seal();
  EXPECT_TRUE(Guards.isSealed());
  EXPECT_FALSE(isReadable(First));
  EXPECT_FALSE(isReadable(Second));
  Guards.unseal();
  EXPECT_TRUE(isReadable(First));
  EXPECT_TRUE(isReadable(Second));
}

TEST_F(Guarded, UnsealLeavesTheBarriersPages) {
  Guards.protect(First);
  Guards.seal();
  Guards.unseal();
  EXPECT_FALSE(isReadable(First));
  EXPECT_TRUE(isReadable(Second));
  Guards.unprotectAll();
  EXPECT_TRUE(isReadable(First));
}

TEST_F(Guarded, UnprotectLeavesTheSeal) {
  Guards.protect(First);
  Guards.seal();
  Guards.unprotectAll();
  EXPECT_FALSE(isReadable(First));
  Guards.unseal();
  EXPECT_TRUE(isReadable(First));
}

TEST_F(Guarded, OpensOnePageOfTheSeal) {
  Guards.seal();
  Guards.openPage(First);
  EXPECT_TRUE(isReadable(First));
  EXPECT_FALSE(isReadable(Second));
  Guards.closePage(First);
  EXPECT_FALSE(isReadable(First));
  Guards.unseal();
  // Too late: somebody took the lock in between.
  Guards.closePage(First);
  EXPECT_TRUE(isReadable(First));
}

} // namespace
