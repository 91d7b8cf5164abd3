//===- FindingRecordTest.cpp - Tests of rules/report/FindingRecord.h ------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "rules/report/FindingRecord.h"

#include <gtest/gtest.h>

using namespace gvlsan;
namespace json = llvm::json;

static json::Object parse(llvm::StringRef Text) {
  return *llvm::cantFail(json::parse(Text)).getAsObject();
}

static FindingRecord read(llvm::StringRef Text) {
  std::string Why;
  auto F = readRecord(parse(Text), Why);
  EXPECT_TRUE(F) << Why;
  return F ? std::move(*F) : FindingRecord();
}

static std::string whyNot(llvm::StringRef Text) {
  std::string Why;
  EXPECT_FALSE(readRecord(parse(Text), Why));
  return Why;
}

static constexpr llvm::StringLiteral Full =
    R"({"rule":"K1","severity":"error","tool":"sanitizer","file":"ext/a.c",)"
    R"("line":12,"column":5,"function":"f","message":"m","missing":"live",)"
    R"("notes":[{"file":"ext/a.c","line":3,"message":"n"}],)"
    R"("edits":[{"file":"ext/a.c","line":4,"column":1,"insert":"x;"}],)"
    R"("fingerprint":"0123456789abcdef","count":2,"access":{"size":3},)"
    R"("stacks":[{"kind":"ruby","frames":[{"function":"g","file":"a.rb",)"
    R"("line":1}]}]})";

TEST(FindingRecordTest, WhatIsReadIsWritten) {
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  writeRecord(read(Full), Out);
  EXPECT_EQ(Text, Full.str() + "\n");
}

TEST(FindingRecordTest, NullsAreEmptyAndNumbersNeverNegative) {
  FindingRecord F =
      read(R"({"rule":"K1","severity":"warning","message":"m","file":null,)"
           R"("line":-1,"function":null})");
  EXPECT_EQ(F.At.File, "");
  EXPECT_EQ(F.At.Line, 0u);
  EXPECT_EQ(F.Count, 1u);
  EXPECT_EQ(F.Fingerprint, fingerprintOf(F));
  EXPECT_EQ(F.Fingerprint.size(), 16u);
}

TEST(FindingRecordTest, SaysWhatIsWrong) {
  EXPECT_EQ(whyNot(R"({"message":"m"})"),
            "this is no finding: it has no \"rule\"");
  EXPECT_EQ(whyNot(R"({"rule":"R9","message":"m","severity":"error"})"),
            "no rule 'R9'; `gvlsan rules` lists them");
  EXPECT_EQ(whyNot(R"({"rule":"K1","severity":"error"})"),
            "this is no finding: it has no \"message\"");
  EXPECT_EQ(whyNot(R"({"rule":"K1","severity":"bad","message":"m"})"),
            "the severity is error or warning, not 'bad'");
}

TEST(FindingRecordTest, PathsBelowTheRootAreRelative) {
  EXPECT_EQ(relativeTo("/src/gem/ext/a.c", "/src/gem"), "ext/a.c");
  EXPECT_EQ(relativeTo("/src/gem/ext/../b.c", "/src/gem/"), "b.c");
  EXPECT_EQ(relativeTo("/src/gemini/a.c", "/src/gem"), "/src/gemini/a.c");
  EXPECT_EQ(relativeTo("./ext/a.c", "/src"), "ext/a.c");
  EXPECT_EQ(relativeTo("/a.c", ""), "/a.c");
}

TEST(GithubTest, EscapesWhatTheRunnerReads) {
  FindingRecord F = read(Full);
  F.At.File = "/src/a,b:c.c";
  F.At.Message = "100% of\nit: all";
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  writeGithub(F, {"/src", {}, {}}, Out);
  EXPECT_TRUE(llvm::StringRef(Text).starts_with(
      "::error file=a%2Cb%3Ac.c,line=12,col=5,title=gvlsan K1%3A "))
      << Text;
  EXPECT_NE(Text.find("::100%25 of%0Ait: all (in f)%0Aext/a.c:3: n%0A"),
            std::string::npos)
      << Text;
  EXPECT_EQ(llvm::StringRef(Text).count('\n'), 1u);
}

TEST(SarifTest, EqualFingerprintsAreNumbered) {
  FindingRecord Both[] = {read(Full), read(Full)};
  Both[1].At.Line = 20;
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  writeSarif(Both, {"", {"a problem"}, json::Object{{"regions", 2}}}, Out);
  json::Object Log = parse(Text);
  const json::Object &Run = *Log.getArray("runs")->front().getAsObject();
  const json::Array &Results = *Run.getArray("results");
  ASSERT_EQ(Results.size(), 2u);
  auto FingerprintOf = [&](unsigned I) {
    return *Results[I]
                .getAsObject()
                ->getObject("partialFingerprints")
                ->getString("gvlsan/v1");
  };
  EXPECT_EQ(FingerprintOf(0), "0123456789abcdef:1");
  EXPECT_EQ(FingerprintOf(1), "0123456789abcdef:2");
  const json::Object &Invocation =
      *Run.getArray("invocations")->front().getAsObject();
  EXPECT_EQ(Invocation.getBoolean("executionSuccessful"), false);
  EXPECT_EQ(
      Run.getObject("properties")->getObject("summary")->getInteger("regions"),
      2);
}

TEST(SarifTest, RuleIndexNamesTheRule) {
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  writeSarif(read(Full), {}, Out);
  json::Object Log = parse(Text);
  const json::Object &Run = *Log.getArray("runs")->front().getAsObject();
  const json::Object &Result = *Run.getArray("results")->front().getAsObject();
  const json::Array &Rules =
      *Run.getObject("tool")->getObject("driver")->getArray("rules");
  size_t Index = Result.getInteger("ruleIndex").value_or(99);
  ASSERT_LT(Index, Rules.size());
  EXPECT_EQ(Rules[Index].getAsObject()->getString("id"), "K1");
}
