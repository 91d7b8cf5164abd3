//===- Numeric.cpp - Integers and floats ----------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "api/Call.h"
#include "heap/Heap.h"
#include "judge/Judge.h"
#include "model/Number.h"
#include "model/String.h"

#include <bit>
#include <cmath>

using namespace rheap;

namespace rheap {

// CRuby's flonum: the exponent's top bits are checked to be 011 or 100, and the
// double is rotated so that they make room for the tag.
VALUE flonumFrom(double D) {
  uint64_t Bits = std::bit_cast<uint64_t>(D);
  unsigned Top = unsigned(Bits >> 60) & 7;
  if (Bits != 0x3000000000000000 && (Top == 3 || Top == 4))
    return (std::rotl(Bits, 3) & ~VALUE(3)) | RUBY_FLONUM_FLAG;
  if (Bits == 0) // +0.0
    return 0x8000000000000002;
  return Qundef;
}

double flonumValue(VALUE V) {
  if (V == 0x8000000000000002)
    return 0.0;
  uint64_t High = V >> 63;
  return std::bit_cast<double>(std::rotr((2 - High) | (V & ~VALUE(3)), 3));
}

} // namespace rheap

namespace {

VALUE newBignum(uint64_t Magnitude, bool Negative) {
  VALUE V = heap().allocate(
      sizeof(RBignum), T_BIGNUM | FL_FREEZE | FL_WB_PROTECTED, rb_cInteger);
  bignumOf(V).Magnitude = Magnitude;
  bignumOf(V).Negative = Negative;
  return V;
}

[[noreturn]] void outOfRange(const char *What) {
  rb_raise(rb_eRangeError, "bignum too big to convert into '%s'", What);
}

/// The integer in \p V as magnitude and sign, after conversions.
RBignum integerOf(VALUE V, const char *What) {
  RBignum B = {};
  if (RB_FIXNUM_P(V)) {
    long I = RB_FIX2LONG(V);
    B.Negative = I < 0;
    B.Magnitude = B.Negative ? 0 - uint64_t(I) : uint64_t(I);
    return B;
  }
  if (NIL_P(V))
    rb_raise(rb_eTypeError, "no implicit conversion from nil to integer");
  if (RB_FLOAT_TYPE_P(V)) {
    double D = std::trunc(rb_float_value(V));
    if (!(std::fabs(D) < 18446744073709551616.0))
      rb_raise(rb_eRangeError, "float %g out of range of integer",
               rb_float_value(V));
    B.Negative = D < 0;
    B.Magnitude = uint64_t(std::fabs(D));
    return B;
  }
  if (isHeapType(V, T_BIGNUM))
    return bignumOf(V);
  return integerOf(rb_to_int(V), What);
}

template <class Int> Int signedOf(VALUE V, const char *What) {
  RBignum B = integerOf(V, What);
  uint64_t Limit = uint64_t(std::numeric_limits<Int>::max());
  if (B.Magnitude > Limit + B.Negative)
    outOfRange(What);
  return Int(B.Negative ? 0 - B.Magnitude : B.Magnitude);
}

/// Negative numbers wrap, as in CRuby.
uint64_t unsignedOf(VALUE V, const char *What) {
  RBignum B = integerOf(V, What);
  if (B.Negative && B.Magnitude > uint64_t(1) << 63)
    outOfRange(What);
  return B.Negative ? 0 - B.Magnitude : B.Magnitude;
}

long asInt(long I) {
  if (I != long(int(I)))
    rb_out_of_int(I);
  return I;
}

} // namespace

long rb_num2long(VALUE V) {
  RHEAP_API();
  return signedOf<long>(V, "long");
}

unsigned long rb_num2ulong(VALUE V) {
  RHEAP_API();
  return unsignedOf(V, "unsigned long");
}

long rb_num2int(VALUE V) {
  RHEAP_API();
  return asInt(signedOf<long>(V, "int"));
}

long rb_fix2int(VALUE V) {
  RHEAP_API();
  return RB_FIXNUM_P(V) ? asInt(RB_FIX2LONG(V)) : rb_num2int(V);
}

unsigned long rb_num2uint(VALUE V) {
  RHEAP_API();
  unsigned long U = unsignedOf(V, "unsigned int");
  long I = long(U);
  if (I < 0 ? I < INT_MIN : U > UINT_MAX)
    rb_raise(rb_eRangeError, "integer %ld too %s to convert to 'unsigned int'",
             I, I < 0 ? "small" : "big");
  return U;
}

short rb_num2short(VALUE V) {
  RHEAP_API();
  long I = signedOf<long>(V, "short");
  if (I != long(short(I)))
    rb_raise(rb_eRangeError, "integer %ld too %s to convert to 'short'", I,
             I < 0 ? "small" : "big");
  return short(I);
}

long long rb_num2ll(VALUE V) {
  RHEAP_API();
  return signedOf<long long>(V, "long long");
}

unsigned long long rb_num2ull(VALUE V) {
  RHEAP_API();
  return unsignedOf(V, "unsigned long long");
}

double rb_num2dbl(VALUE V) {
  RHEAP_API();
  if (RB_FLOAT_TYPE_P(V))
    return rb_float_value(V);
  if (isHeapType(V, T_STRING))
    rb_raise(rb_eTypeError, "no implicit conversion to float from string");
  RBignum B = integerOf(V, "double");
  return B.Negative ? -double(B.Magnitude) : double(B.Magnitude);
}

void rb_out_of_int(long I) {
  rb_raise(rb_eRangeError, "integer %ld too %s to convert to 'int'", I,
           I < 0 ? "small" : "big");
}

VALUE rb_int2big(intptr_t I) {
  RHEAP_API();
  return newBignum(I < 0 ? 0 - uint64_t(I) : uint64_t(I), I < 0);
}

VALUE rb_uint2big(uintptr_t I) {
  RHEAP_API();
  return newBignum(I, false);
}

VALUE rb_int2inum(intptr_t I) {
  return RB_FIXABLE(I) ? RB_INT2FIX(I) : rb_int2big(I);
}

VALUE rb_uint2inum(uintptr_t I) { return RB_ULONG2NUM(I); }
VALUE rb_ll2inum(long long I) { return rb_int2inum(I); }
VALUE rb_ull2inum(unsigned long long I) { return RB_ULONG2NUM(I); }

VALUE rb_float_new(double D) {
  VALUE Flonum = flonumFrom(D);
  if (Flonum != Qundef)
    return Flonum;
  RHEAP_API();
  VALUE V = heap().allocate(sizeof(RFloat),
                            T_FLOAT | FL_FREEZE | FL_WB_PROTECTED, rb_cFloat);
  reinterpret_cast<RFloat *>(V)->Value = D;
  return V;
}

double rb_float_value(VALUE V) {
  return RB_FLONUM_P(V) ? flonumValue(V) : RHEAP_VIEW(RFloat, V)->Value;
}

VALUE rb_to_int(VALUE V) {
  RHEAP_API();
  if (RB_INTEGER_TYPE_P(V))
    return V;
  if (RB_FLOAT_TYPE_P(V))
    return rb_ll2inum(signedOf<long long>(V, "long long"));
  VALUE I = rb_convert_type(V, T_FIXNUM, "Integer", "to_int");
  if (!RB_INTEGER_TYPE_P(I))
    rb_unexpected_type(I, T_FIXNUM);
  return I;
}

VALUE rb_Integer(VALUE V) {
  RHEAP_API();
  return isHeapType(V, T_STRING) ? rb_str_to_inum(V, 0, 1) : rb_to_int(V);
}

VALUE rb_Float(VALUE V) {
  RHEAP_API();
  return rb_float_new(rb_num2dbl(V));
}

VALUE rb_cstr_to_inum(const char *Str, int Base, int BadCheck) {
  RHEAP_API();
  char *End;
  errno = 0;
  long long I = strtoll(Str, &End, Base);
  if (BadCheck && (End == Str || *End))
    rb_invalid_str(Str, "Integer()");
  if (errno == ERANGE)
    rb_raise(rb_eRangeError, "integer does not fit 64 bits: %s", Str);
  return rb_ll2inum(I);
}

VALUE rb_cstr2inum(const char *Str, int Base) {
  RHEAP_API();
  return rb_cstr_to_inum(Str, Base, Base == 2);
}

VALUE rb_str_to_inum(VALUE S, int Base, int BadCheck) {
  RHEAP_API();
  StringValue(S);
  VALUE Result = rb_cstr_to_inum(strPtr(S), Base, BadCheck);
  RB_GC_GUARD(S);
  return Result;
}

VALUE rb_fix2str(VALUE V, int Base) {
  RHEAP_API();
  if (Base < 2 || Base > 36)
    rb_raise(rb_eArgError, "invalid radix %d", Base);
  RBignum B = integerOf(V, "string");
  char Text[72], *P = Text + sizeof(Text);
  do
    *--P = "0123456789abcdefghijklmnopqrstuvwxyz"[B.Magnitude % unsigned(Base)];
  while (B.Magnitude /= unsigned(Base));
  if (B.Negative)
    *--P = '-';
  return newString(rb_cString, P, size_t(Text + sizeof(Text) - P));
}

int rb_cmpint(VALUE Answer, VALUE A, VALUE B) {
  RHEAP_API_ON(Answer);
  if (NIL_P(Answer))
    rb_raise(rb_eArgError, "comparison of %s with %s failed",
             rb_obj_classname(A), rb_obj_classname(B));
  long long I = NUM2LL(Answer);
  return (I > 0) - (I < 0);
}
