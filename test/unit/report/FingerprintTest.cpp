//===- FingerprintTest.cpp - Tests of rules/report/Fingerprint.h ----------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "rules/report/Fingerprint.h"

#include <gtest/gtest.h>

using namespace gvlsan;

static unsigned long long of(const char *Message) {
  return fingerprint("K1", "ext/a.c", "f", Message);
}

TEST(FingerprintTest, FoldersAndNumbersDoNotCount) {
  EXPECT_EQ(of("3 bytes at 0x7f00"), of("12 bytes at 0x1"));
  EXPECT_EQ(fingerprint("K1", "/tmp/build/a.c", "f", "m"),
            fingerprint("K1", "a.c", "f", "m"));
}

TEST(FingerprintTest, EverythingElseCounts) {
  EXPECT_NE(of("m"), fingerprint("K2", "ext/a.c", "f", "m"));
  EXPECT_NE(of("m"), fingerprint("K1", "ext/b.c", "f", "m"));
  EXPECT_NE(of("m"), fingerprint("K1", "ext/a.c", "g", "m"));
  EXPECT_NE(of("by write"), of("by read"));
  // A name's digits are part of it.
  EXPECT_NE(of("by pipe"), of("by pipe2"));
  EXPECT_NE(of("by pread64"), of("by pread32"));
}

TEST(FingerprintTest, FieldsAreKeptApart) {
  EXPECT_NE(fingerprint("K1", "a", "bc", "m"),
            fingerprint("K1", "ab", "c", "m"));
  EXPECT_NE(fingerprint("K1", "a", "", "m"), fingerprint("K1", "", "a", "m"));
  EXPECT_EQ(fingerprint("K1", "a", nullptr, "m"),
            fingerprint("K1", "a", "", "m"));
}
