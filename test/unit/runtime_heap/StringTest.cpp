//===- StringTest.cpp - The bytes of strings -----------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "model/String.h"

#include "gvl/Tag.h"
#include "heap/Heap.h"

#include "rheap/internal.h"

#include "gtest/gtest.h"

#include <string>

using namespace rheap;

namespace {

std::string bytes(VALUE S) { return {strPtr(S), size_t(strLen(S))}; }
VALUE make(const std::string &S) {
  return newString(rb_cString, S.data(), S.size());
}

TEST(String, EmbeddedUpToTheLargestSlot) {
  size_t Most = Heap::MaxObjectSize - StrHeader - 1;
  EXPECT_TRUE(isEmbeddedString(make("")));
  EXPECT_TRUE(isEmbeddedString(make(std::string(Most, 'a'))));
  EXPECT_FALSE(isEmbeddedString(make(std::string(Most + 1, 'a'))));
}

TEST(String, EndsInATerminator) {
  for (size_t Len : {0, 14, 15, 16, 55, 615, 616, 5000}) {
    VALUE S = make(std::string(Len, 'a'));
    EXPECT_EQ(bytes(S), std::string(Len, 'a'));
    EXPECT_EQ(strPtr(S)[Len], '\0') << Len;
    RB_GC_GUARD(S);
  }
}

TEST(String, GrowsOutOfItsSlot) {
  VALUE S = make("a");
  std::string Expected = "a";
  for (int I = 0; I < 12; ++I) {
    appendBytes(S, strPtr(S), size_t(strLen(S))); // its own bytes
    Expected += Expected;
    ASSERT_EQ(bytes(S), Expected);
  }
  EXPECT_FALSE(isEmbeddedString(S));
}

TEST(String, CopiesOfLongOnesShareOneBuffer) {
  VALUE S = make(std::string(5000, 'a'));
  VALUE Copy = rb_str_dup(S);
  EXPECT_EQ(strPtr(S), strPtr(Copy));
  rb_str_cat_cstr(Copy, "b");
  EXPECT_EQ(bytes(S), std::string(5000, 'a'));
  EXPECT_EQ(bytes(Copy), std::string(5000, 'a') + "b");
  rb_str_cat_cstr(S, "c");
  EXPECT_EQ(bytes(S), std::string(5000, 'a') + "c");
  EXPECT_NE(strPtr(S), strPtr(Copy));
}

TEST(String, TheRootOutlivesTheFirstOwner) {
  VALUE S = make(std::string(5000, 'a'));
  VALUE Copy = rb_str_dup(S);
  S = Qnil;
  for (int I = 0; I < 3; ++I) {
    heap().compact();
    make(std::string(5000, 'b'));
  }
  EXPECT_EQ(bytes(Copy), std::string(5000, 'a'));
}

template <class Fn> VALUE raisedBy(Fn F) {
  VALUE Before = rb_errinfo();
  int State = protect(F);
  VALUE Error = State ? rb_errinfo() : Qnil;
  rb_set_errinfo(Before);
  return Error;
}

TEST(String, LockedAndFrozenOnesDoNotChange) {
  VALUE S = make("abc");
  rb_str_locktmp(S);
  EXPECT_EQ(rb_obj_class(raisedBy([&] { rb_str_cat_cstr(S, "x"); })),
            rb_eRuntimeError);
  EXPECT_EQ(rb_obj_class(raisedBy([&] { rb_str_locktmp(S); })),
            rb_eRuntimeError);
  rb_str_unlocktmp(S);
  EXPECT_EQ(rb_obj_class(raisedBy([&] { rb_str_unlocktmp(S); })),
            rb_eRuntimeError);
  rb_str_cat_cstr(S, "d");
  rb_str_freeze(S);
  EXPECT_EQ(rb_obj_class(raisedBy([&] { rb_str_resize(S, 0); })),
            rb_eFrozenError);
  EXPECT_EQ(bytes(S), "abcd");
}

TEST(String, HiddenOnesHaveNoClass) {
  VALUE S = make("abc"), Tmp = rb_str_tmp_new(5), Gc = rb_gc_hide(make("abc"));
  EXPECT_EQ(klassOf(Tmp), 0u);
  EXPECT_EQ(bytes(Tmp), std::string(5, '\0'));
  EXPECT_EQ(klassOf(Gc), 0u);
  rb_obj_hide(S);
  EXPECT_EQ(klassOf(S), 0u);
  heap().compact();
  EXPECT_EQ(bytes(S), "abc");
  rb_obj_reveal(S, rb_cString);
  EXPECT_EQ(rb_obj_class(S), rb_cString);
  RB_GC_GUARD(S);
}

TEST(String, StaticBytesAreCopiedBeforeAChange) {
  static const char Text[] = "static";
  VALUE S = rb_str_new_static(Text, 6);
  EXPECT_EQ(strPtr(S), Text);
  rb_str_cat_cstr(S, "!");
  EXPECT_EQ(bytes(S), "static!");
  EXPECT_STREQ(Text, "static");
}

TEST(String, NoEmbedNeverEmbeds) {
  for (const char *Text : {"", "<1>", "longer than one slot of forty bytes"}) {
    VALUE S = rb_str_new_cstr(Text);
    VALUE Tmp = rb_str_tmp_frozen_no_embed_acquire(S);
    EXPECT_FALSE(isEmbeddedString(Tmp));
    EXPECT_EQ(bytes(Tmp), Text);
    EXPECT_EQ(klassOf(Tmp), 0u);
    EXPECT_TRUE(RB_OBJ_FROZEN(Tmp));
    EXPECT_FALSE(heap().pageOf(strPtr(Tmp)));
    rb_str_tmp_frozen_release(S, Tmp);
    EXPECT_EQ(strLen(Tmp), 0);
    EXPECT_EQ(bytes(S), Text);
  }
}

TEST(String, NoEmbedTakesAFrozenExternalOneAsItIs) {
  VALUE S = rb_str_freeze(make(std::string(5000, 'a')));
  VALUE Tmp = rb_str_tmp_frozen_no_embed_acquire(S);
  EXPECT_EQ(Tmp, S);
  rb_str_tmp_frozen_release(S, Tmp);
  EXPECT_EQ(bytes(S), std::string(5000, 'a'));
}

TEST(String, Format) {
  VALUE S = rb_sprintf("%d %5ld|%-4s|%x %c %% %.2f %" PRIsVALUE " %+" PRIsVALUE
                       " %zu %llu",
                       -1, 23L, "ab", 255, 'z', 1.5, rb_str_new_cstr("str"),
                       rb_str_new_cstr("str"), size_t(7), 1ULL << 63);
  EXPECT_EQ(bytes(S), "-1    23|ab  |ff z % 1.50 str \"str\" 7 "
                      "9223372036854775808");
}

} // namespace
