//===- ProtectionKeysTest.cpp - Tests of x86's keys of memory -------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "ProtectionKeys.h"

#include "gtest/gtest.h"

using namespace gvlsan;

namespace {

TEST(ProtectionKeys, AccessIsTakenAndGivenByKey) {
  // Key 2 has the bits 4 (no access) and 5 (no writes).
  EXPECT_EQ(withAccess(0, 2, false), 0x10u);
  EXPECT_EQ(withAccess(0x55555555, 2, true), 0x55555545u);
  // Neither bit is left, and no other key's are touched.
  EXPECT_EQ(withAccess(0xffffffff, 2, true), 0xffffffcfu);
  EXPECT_EQ(withAccess(0x20, 2, false), 0x30u);
  EXPECT_EQ(withAccess(0, 15, false), 0x40000000u);
}

/// A signal's frame as Linux makes it: FXSAVE's area, the header, PKRU.
struct Frame {
  static constexpr uint32_t Offset = 2688;
  unsigned char Area[2696] = {};

  explicit Frame(uint64_t Features = 0x2e7, uint64_t Present = 0x203,
                 uint32_t Rights = 0x55555554) {
    write<uint32_t>(464, 0x46505853);
    write<uint32_t>(468, sizeof(Area) + 4);
    write<uint64_t>(472, Features);
    write<uint32_t>(480, sizeof(Area));
    write<uint64_t>(512, Present);
    write<uint32_t>(Offset, Rights);
  }
  template <typename T> void write(size_t At, T Value) {
    memcpy(Area + At, &Value, sizeof(Value));
  }
  template <typename T> T read(size_t At) const {
    T Value;
    memcpy(&Value, Area + At, sizeof(Value));
    return Value;
  }
};

TEST(ProtectionKeys, RightsOfTheInterruptedCodeAreSet) {
  Frame F;
  EXPECT_TRUE(setSavedAccess(F.Area, Frame::Offset, 1, true));
  EXPECT_EQ(F.read<uint32_t>(Frame::Offset), 0x55555550u);
  EXPECT_EQ(F.read<uint64_t>(512), 0x203u);
  EXPECT_TRUE(setSavedAccess(F.Area, Frame::Offset, 1, false));
  EXPECT_EQ(F.read<uint32_t>(Frame::Offset), 0x55555554u);
}

TEST(ProtectionKeys, RightsThatAreNotPresentAreZero) {
  // What lies there is not what the processor would load.
  Frame F(0x2e7, /*Present=*/3, /*Rights=*/0xdeadbeef);
  EXPECT_TRUE(setSavedAccess(F.Area, Frame::Offset, 1, false));
  EXPECT_EQ(F.read<uint32_t>(Frame::Offset), 4u);
  EXPECT_EQ(F.read<uint64_t>(512), 0x203u);
}

TEST(ProtectionKeys, FramesWithoutRightsAreLeftAlone) {
  auto IsLeftAlone = [](Frame F, uint32_t Offset) {
    Frame Before = F;
    return !setSavedAccess(F.Area, Offset, 1, true) &&
           !memcmp(F.Area, Before.Area, sizeof(F.Area));
  };
  EXPECT_TRUE(IsLeftAlone(Frame(/*Features=*/0xe7), Frame::Offset));
  EXPECT_TRUE(IsLeftAlone(Frame(), 0));
  // They would lie behind its end.
  EXPECT_TRUE(IsLeftAlone(Frame(), sizeof(Frame::Area) - 2));
  Frame Old;
  Old.write<uint32_t>(464, 0);
  EXPECT_TRUE(IsLeftAlone(Old, Frame::Offset));
  EXPECT_FALSE(setSavedAccess(nullptr, Frame::Offset, 1, true));
}

TEST(ProtectionKeys, WhatIsMissingIsNamed) {
  EXPECT_STREQ(whyNoProtectionKey(0, ENOSPC),
               "the processor has no protection keys");
  EXPECT_STREQ(whyNoProtectionKey(1 << 3, ENOSPC),
               "the kernel does not use the processor's protection keys");
  EXPECT_STREQ(whyNoProtectionKey(3 << 3, ENOSPC),
               "the program has taken all protection keys");
  EXPECT_STREQ(whyNoProtectionKey(3 << 3, EPERM),
               "the kernel gives no protection key");
}

} // namespace
