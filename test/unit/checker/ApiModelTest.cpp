//===- ApiModelTest.cpp - Tests of api/ApiModel.h -------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "api/ApiModel.h"

#include <gtest/gtest.h>

using namespace gvlsan;

static const ApiModel &builtin() {
  static const ApiModel Model = ApiModel::builtin();
  return Model;
}

TEST(ApiModelTest, RegionsSayWhichArgumentIsWhat) {
  const FunctionFacts *F = builtin().find("rb_nogvl");
  ASSERT_NE(F, nullptr);
  ASSERT_EQ(F->Calls.size(), 2u);
  EXPECT_EQ(F->Calls[0].Function, 0);
  EXPECT_EQ(F->Calls[0].Data, std::vector<int>{1});
  EXPECT_EQ(F->Calls[0].Under, CallbackState::Region);
  EXPECT_EQ(F->Calls[1].Function, 2);
  EXPECT_EQ(builtin().find("rb_thread_call_with_gvl")->Calls[0].Under,
            CallbackState::Held);
}

TEST(ApiModelTest, DeclaredFunctionsNeedTheLock) {
  const FunctionFacts *F = builtin().find("rb_hash_aset");
  ASSERT_NE(F, nullptr);
  EXPECT_EQ(F->Lock, LockNeed::Needs);
  EXPECT_TRUE(F->MayCollect);
  EXPECT_EQ(builtin().find("not_of_the_api"), nullptr);
}

TEST(ApiModelTest, CuratedFactsReplaceTheDefault) {
  EXPECT_EQ(builtin().find("ruby_thread_has_gvl_p")->Lock, LockNeed::Free);
  EXPECT_EQ(builtin().find("rb_array_len")->Shown, "RARRAY_LEN");
  EXPECT_TRUE(builtin().isSlot("RString"));
  EXPECT_FALSE(builtin().isSlot("stat"));
}

TEST(ApiModelTest, PhrasesWithNumbers) {
  ApiModel Model;
  std::string Error;
  ASSERT_TRUE(Model.add("a.yaml",
                        "functions:\n"
                        "  - {name: f, returns: bytes at 2, effect: locks 1}\n"
                        "  - {name: g, effect: hides result}\n",
                        Error))
      << Error;
  EXPECT_EQ(Model.find("f")->Returns, Result::BytesAt);
  EXPECT_EQ(Model.find("f")->ReturnsArg, 2);
  EXPECT_EQ(Model.find("f")->Does, Effect::Locks);
  EXPECT_EQ(Model.find("f")->DoesTo, 1);
  EXPECT_EQ(Model.find("g")->DoesTo, -1);
}

TEST(ApiModelTest, MistakesAreNamedWithTheirLine) {
  ApiModel Model;
  std::string Error;
  EXPECT_FALSE(Model.add("a.yaml",
                         "functions:\n  - {name: f}\n"
                         "  - {name: g, lock: sometimes}\n",
                         Error));
  EXPECT_EQ(Error, "a.yaml:3: unknown lock 'sometimes' of g");
  Error.clear();
  EXPECT_FALSE(Model.add("b.yaml", "functions:\n  - {lock: free}\n", Error));
  EXPECT_EQ(Error, "b.yaml:2: missing required key 'name'");
}
