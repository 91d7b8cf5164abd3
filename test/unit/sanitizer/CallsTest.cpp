//===- CallsTest.cpp ------------------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Calls.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <sys/stat.h>

using namespace gvlsan;

namespace {

constexpr unsigned NumCalls = static_cast<unsigned>(Call::None);

static_assert(findCall("write") == Call::write);
static_assert(findCall("no such call") == Call::None);
// A prefix of a name is another name.
static_assert(findCall("writ") == Call::None);
static_assert(findCall("pwrite64") == Call::pwrite64);

TEST(CallsTest, NamesAndSpecsAreInOneOrder) {
  for (unsigned I = 0; I < NumCalls; ++I)
    EXPECT_STREQ(CallNames[I], callSpec(static_cast<Call>(I)).Name);
}

TEST(CallsTest, EveryNameIsThereOnceAndTouchesSomething) {
  std::set<std::string> Names;
  for (unsigned I = 0; I < NumCalls; ++I) {
    const CallSpec &S = callSpec(static_cast<Call>(I));
    EXPECT_TRUE(Names.insert(S.Name).second) << S.Name << " is there twice";
    EXPECT_NE(S.Ranges[0].Kind, Shape::Nothing) << S.Name;
  }
}

TEST(CallsTest, SizesAreGivenWhereAShapeNeedsThem) {
  for (unsigned I = 0; I < NumCalls; ++I) {
    const CallSpec &S = callSpec(static_cast<Call>(I));
    for (const Range &R : S.Ranges) {
      bool Needs = R.Kind == Shape::Object || R.Kind == Shape::Array;
      EXPECT_EQ(R.Size != 0, Needs) << S.Name;
      // A length is another argument than the pointer.
      if (R.Kind == Shape::Bytes)
        EXPECT_NE(R.Pointer, R.Count) << S.Name;
    }
  }
}

TEST(CallsTest, DirectionIsTheMemorys) {
  EXPECT_FALSE(callSpec(Call::write).Ranges[0].IsWrite);
  EXPECT_TRUE(callSpec(Call::read).Ranges[0].IsWrite);
  EXPECT_FALSE(callSpec(Call::writev).Ranges[0].IsWrite);
  EXPECT_TRUE(callSpec(Call::recvmsg).Ranges[0].IsWrite);
}

TEST(CallsTest, StatReadsAPathAndWritesAStruct) {
  const CallSpec &S = callSpec(Call::stat);
  EXPECT_EQ(S.AccessMode, Mode::Kernel);
  EXPECT_EQ(S.Ranges[0].Kind, Shape::String);
  EXPECT_EQ(S.Ranges[1].Kind, Shape::Object);
  EXPECT_EQ(S.Ranges[1].Size, sizeof(struct stat));
  EXPECT_EQ(S.Ranges[2].Kind, Shape::Nothing);
}

TEST(CallsTest, BufferedStreamsAreUserMode) {
  EXPECT_EQ(callSpec(Call::fwrite).AccessMode, Mode::User);
  EXPECT_EQ(callSpec(Call::fwrite).Ranges[0].Kind, Shape::Items);
}

} // namespace
