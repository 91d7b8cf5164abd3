//===- ValueTest.cpp - Tests of analysis/Value.h --------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Value.h"

#include <gtest/gtest.h>

using namespace gvlsan;

TEST(ValueTest, JoinIsAUnionAndSaysWhetherItGrew) {
  Value V = Value::object(1);
  EXPECT_TRUE(V.join(Value::object(2)));
  EXPECT_FALSE(V.join(Value::object(1)));
  EXPECT_EQ(V.size(), 2u);
  EXPECT_EQ(V.single(), nullptr);
}

TEST(ValueTest, OrderOfJoiningDoesNotMatter) {
  Value A = Value::object(1), B = Value::address(7);
  A.join(Value::address(7));
  B.join(Value::object(1));
  EXPECT_TRUE(A == B);
}

TEST(ValueTest, PointersTakenAtDifferentPlacesAreToldApart) {
  Value V = Atom{AtomKind::Bytes, 1, 5};
  EXPECT_TRUE(V.add({AtomKind::Bytes, 2, 5}));
  EXPECT_FALSE(V.add({AtomKind::Bytes, 2, 5}));
}

// A counter in a loop must settle, and must not push out what is judged.
TEST(ValueTest, IntegersAreGivenUpBeforeObjects) {
  Value V = Value::object(3);
  for (int64_t N = 0; N < 1000; ++N)
    V.add({AtomKind::Int, 0, N});
  EXPECT_TRUE(V.has({AtomKind::Object, 0, 3}));
  EXPECT_TRUE(V.has({}));
  EXPECT_LE(V.size(), 10u);
  for (OwnerId O = 10; O < 20; ++O)
    V.add({AtomKind::Object, 0, O});
  EXPECT_TRUE(V.has({AtomKind::Object, 0, 19}));
}

TEST(ValueTest, SetsOfAnySizeAreBounded) {
  Value V;
  for (int64_t N = 0; N < 1000; ++N)
    V.add({AtomKind::Address, 0, N});
  EXPECT_LE(V.size(), 32u);
}
