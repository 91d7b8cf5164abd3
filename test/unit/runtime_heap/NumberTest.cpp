//===- NumberTest.cpp - CRuby's tags and conversions ---------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "model/Number.h"

#include "gvl/Tag.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>

using namespace rheap;

namespace {

TEST(Number, SpecialConstants) {
  EXPECT_EQ(Qfalse, 0x00u);
  EXPECT_EQ(Qnil, 0x04u);
  EXPECT_EQ(Qtrue, 0x14u);
  EXPECT_EQ(Qundef, 0x24u);
  EXPECT_EQ(INT2FIX(0), 1u);
  EXPECT_EQ(INT2FIX(-1), ~VALUE(0));
  EXPECT_EQ(INT2FIX(3), 7u);
  EXPECT_EQ(ID2SYM(5), 0x50cu);
}

// The words that CRuby has for these doubles.
TEST(Number, Flonums) {
  EXPECT_EQ(rb_float_new(0.0), 0x8000000000000002u);
  EXPECT_EQ(long(rb_float_new(1.0)), -36028797018963966); // 1.0.object_id
  EXPECT_TRUE(RB_FLONUM_P(rb_float_new(-2.5)));
  EXPECT_FALSE(RB_FLONUM_P(rb_float_new(-0.0)));
  EXPECT_FALSE(RB_FLONUM_P(rb_float_new(1e300)));
  EXPECT_FALSE(RB_FLONUM_P(rb_float_new(1e-300)));
}

TEST(Number, FloatsComeBack) {
  for (double D : {0.0, -0.0, 1.0, -1.0, 0.1, -2.5, 1e77, 1e-77, 1e78, 1e300,
                   1e-300, 5e-324, std::numeric_limits<double>::max(),
                   std::numeric_limits<double>::infinity()}) {
    double Back = NUM2DBL(rb_float_new(D));
    EXPECT_EQ(Back, D);
    EXPECT_EQ(std::signbit(Back), std::signbit(D)) << D;
  }
  EXPECT_TRUE(std::isnan(NUM2DBL(rb_float_new(NAN))));
}

TEST(Number, IntegersComeBack) {
  for (long I : {0L, 1L, -1L, FIXNUM_MAX, FIXNUM_MIN, FIXNUM_MAX + 1,
                 FIXNUM_MIN - 1, LONG_MAX, LONG_MIN}) {
    EXPECT_EQ(NUM2LONG(LONG2NUM(I)), I);
    EXPECT_EQ(FIXNUM_P(LONG2NUM(I)), FIXABLE(I)) << I;
  }
  EXPECT_EQ(NUM2ULONG(ULONG2NUM(ULONG_MAX)), ULONG_MAX);
  EXPECT_EQ(NUM2ULL(INT2FIX(-1)), ~0ULL);
  EXPECT_EQ(NUM2LONG(rb_float_new(-3.9)), -3);
}

template <class Fn> VALUE raisedBy(Fn F) {
  int State = protect(F);
  VALUE Error = State ? rb_obj_class(rb_errinfo()) : Qnil;
  rb_set_errinfo(Qnil);
  return Error;
}

TEST(Number, WhatDoesNotFitRaises) {
  EXPECT_EQ(raisedBy([] { NUM2INT(LONG2NUM(1L << 31)); }), rb_eRangeError);
  EXPECT_EQ(raisedBy([] { NUM2INT(LONG2NUM((1L << 31) - 1)); }), Qnil);
  EXPECT_EQ(raisedBy([] { NUM2LONG(ULONG2NUM(1UL << 63)); }), rb_eRangeError);
  EXPECT_EQ(raisedBy([] { NUM2LONG(Qnil); }), rb_eTypeError);
  EXPECT_EQ(raisedBy([] { NUM2LONG(rb_str_new_cstr("1")); }), rb_eTypeError);
  EXPECT_EQ(raisedBy([] { NUM2LONG(rb_float_new(1e20)); }), rb_eRangeError);
}

} // namespace
