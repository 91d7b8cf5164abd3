//===- NolintTest.cpp - Tests of tool/Nolint.h ----------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/Nolint.h"

#include <gtest/gtest.h>

using namespace gvlsan;

TEST(NolintTest, OnlyTheLineAndTheRuleThatAreNamed) {
  const char Text[] = "a\nb // NOLINT(ruby-gvl-api-call)\nc\n";
  EXPECT_TRUE(isSuppressed(Text, 2, RuleId::R1_api));
  EXPECT_FALSE(isSuppressed(Text, 2, RuleId::R1_b));
  EXPECT_FALSE(isSuppressed(Text, 3, RuleId::R1_api));
}

TEST(NolintTest, NextLineIsNotThisLine) {
  const char Text[] = "a // NOLINTNEXTLINE\nb\nc\n";
  EXPECT_FALSE(isSuppressed(Text, 1, RuleId::K1));
  EXPECT_TRUE(isSuppressed(Text, 2, RuleId::K1));
  EXPECT_FALSE(isSuppressed(Text, 3, RuleId::K1));
}

TEST(NolintTest, BlocksBeginAndEnd) {
  const char Text[] = "// NOLINTBEGIN(R1.*, K1)\na\n// NOLINTEND(K1)\nb\n";
  EXPECT_TRUE(isSuppressed(Text, 2, RuleId::K1));
  EXPECT_FALSE(isSuppressed(Text, 4, RuleId::K1));
}

TEST(NolintTest, OtherWordsAreNone) {
  EXPECT_FALSE(isSuppressed("a // NOLINTED\n", 1, RuleId::K1));
  EXPECT_FALSE(isSuppressed("a // NOLINT()\n", 1, RuleId::K1));
}
