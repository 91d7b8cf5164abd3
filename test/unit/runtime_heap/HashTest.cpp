//===- HashTest.cpp - Entries of hashes ----------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "model/Hash.h"

#include "gtest/gtest.h"

using namespace rheap;

namespace {

TEST(Hash, KeepsOrderAndOverwrites) {
  VALUE H = rb_hash_new();
  for (long I = 0; I < 100; ++I)
    rb_hash_aset(H, RB_INT2FIX(99 - I), RB_INT2FIX(I));
  rb_hash_aset(H, RB_INT2FIX(50), Qtrue);
  VALUE Keys = rb_hash_keys(H);
  for (long I = 0; I < 100; ++I)
    EXPECT_EQ(rb_ary_entry(Keys, I), RB_INT2FIX(99 - I));
  EXPECT_EQ(rb_hash_aref(H, RB_INT2FIX(50)), Qtrue);
  EXPECT_EQ(rb_hash_size_num(H), 100u);
}

TEST(Hash, ComparesByValueAndByIdentity) {
  VALUE H = rb_hash_new();
  rb_hash_aset(H, rb_str_new_cstr("key"), RB_INT2FIX(1));
  EXPECT_EQ(rb_hash_aref(H, rb_str_new_cstr("key")), RB_INT2FIX(1));
  rb_hash_aset(H, rb_float_new(1e300), RB_INT2FIX(2));
  EXPECT_EQ(rb_hash_aref(H, rb_float_new(1e300)), RB_INT2FIX(2));
  rb_hash_aset(H, rb_assoc_new(Qtrue, Qnil), RB_INT2FIX(3));
  EXPECT_EQ(rb_hash_aref(H, rb_assoc_new(Qtrue, Qnil)), RB_INT2FIX(3));
  VALUE A = rb_obj_alloc(rb_cObject), B = rb_obj_alloc(rb_cObject);
  rb_hash_aset(H, A, RB_INT2FIX(4));
  EXPECT_EQ(rb_hash_aref(H, A), RB_INT2FIX(4));
  EXPECT_EQ(rb_hash_aref(H, B), Qnil);
}

TEST(Hash, AStringKeyIsItsOwnCopy) {
  VALUE H = rb_hash_new(), Key = rb_str_new_cstr("key");
  rb_hash_aset(H, Key, Qtrue);
  rb_str_cat_cstr(Key, " changed");
  EXPECT_EQ(rb_hash_aref(H, rb_str_new_cstr("key")), Qtrue);
}

TEST(Hash, RemovedEntriesAreGone) {
  VALUE H = rb_hash_new();
  for (long I = 0; I < 1000; ++I)
    rb_hash_aset(H, RB_INT2FIX(I), Qtrue);
  for (long I = 0; I < 1000; I += 2)
    EXPECT_EQ(rb_hash_delete(H, RB_INT2FIX(I)), Qtrue);
  for (long I = 0; I < 1000; ++I)
    EXPECT_EQ(rb_hash_aref(H, RB_INT2FIX(I)), I % 2 ? Qtrue : Qnil);
  EXPECT_EQ(rb_hash_size_num(H), 500u);
  for (long I = 0; I < 5000; ++I)
    rb_hash_aset(H, RB_INT2FIX(I), RB_INT2FIX(I));
  EXPECT_EQ(rb_hash_size_num(H), 5000u);
}

} // namespace
