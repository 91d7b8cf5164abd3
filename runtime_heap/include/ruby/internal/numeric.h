/* ruby/internal/numeric.h - Integers and floats to and from C
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_INTERNAL_NUMERIC_H
#define RUBY_INTERNAL_NUMERIC_H
RUBY_BEGIN_DECLS
long rb_num2long(VALUE v);
unsigned long rb_num2ulong(VALUE v);
long rb_num2int(VALUE v);
long rb_fix2int(VALUE v);
unsigned long rb_num2uint(VALUE v);
short rb_num2short(VALUE v);
long long rb_num2ll(VALUE v);
unsigned long long rb_num2ull(VALUE v);
double rb_num2dbl(VALUE v);
VALUE rb_int2big(intptr_t i);
VALUE rb_uint2big(uintptr_t i);
VALUE rb_int2inum(intptr_t i);
VALUE rb_uint2inum(uintptr_t i);
VALUE rb_ll2inum(long long i);
VALUE rb_ull2inum(unsigned long long i);
VALUE rb_float_new(double d);
double rb_float_value(VALUE v);
VALUE rb_Integer(VALUE v);
VALUE rb_to_int(VALUE v);
VALUE rb_Float(VALUE v);
/* What <=> of a and b has answered, as -1, 0 or 1; raises for nil. */
int rb_cmpint(VALUE answer, VALUE a, VALUE b);
void rb_out_of_int(long i) __attribute__((noreturn));
RUBY_END_DECLS
#define RUBY_FIXNUM_MAX (LONG_MAX / 2)
#define RUBY_FIXNUM_MIN (LONG_MIN / 2)
#define FIXNUM_MAX RUBY_FIXNUM_MAX
#define FIXNUM_MIN RUBY_FIXNUM_MIN
#define RB_POSFIXABLE(i) ((i) <= RUBY_FIXNUM_MAX)
#define RB_NEGFIXABLE(i) ((i) >= RUBY_FIXNUM_MIN)
#define RB_FIXABLE(i) (RB_POSFIXABLE(i) && RB_NEGFIXABLE(i))
#define FIXABLE RB_FIXABLE

/* Without the lock too, as long as the VALUE is a fixnum. */
static inline VALUE RB_INT2FIX(long i) {
  return ((VALUE)i << 1) | RUBY_FIXNUM_FLAG;
}
static inline long RB_FIX2LONG(VALUE v) { return (long)v >> 1; }
static inline unsigned long RB_FIX2ULONG(VALUE v) {
  return (unsigned long)RB_FIX2LONG(v);
}
static inline VALUE RB_LONG2NUM(long i) {
  return RB_FIXABLE(i) ? RB_INT2FIX(i) : rb_int2big(i);
}
static inline VALUE RB_ULONG2NUM(unsigned long i) {
  return i <= (unsigned long)RUBY_FIXNUM_MAX ? RB_INT2FIX((long)i)
                                             : rb_uint2big(i);
}
static inline VALUE RB_INT2NUM(int i) { return RB_INT2FIX(i); }
static inline VALUE RB_UINT2NUM(unsigned i) { return RB_INT2FIX((long)i); }
static inline long RB_NUM2LONG(VALUE v) {
  return RB_FIXNUM_P(v) ? RB_FIX2LONG(v) : rb_num2long(v);
}
static inline unsigned long RB_NUM2ULONG(VALUE v) {
  return RB_FIXNUM_P(v) ? RB_FIX2ULONG(v) : rb_num2ulong(v);
}
static inline int RB_FIX2INT(VALUE v) { return (int)rb_fix2int(v); }
static inline int RB_NUM2INT(VALUE v) {
  return (int)(RB_FIXNUM_P(v) ? rb_fix2int(v) : rb_num2int(v));
}
static inline unsigned RB_NUM2UINT(VALUE v) { return (unsigned)rb_num2uint(v); }
static inline long long RB_NUM2LL(VALUE v) {
  return RB_FIXNUM_P(v) ? RB_FIX2LONG(v) : rb_num2ll(v);
}
static inline char RB_NUM2CHR(VALUE v) { return (char)rb_num2int(v); }
#define INT2FIX RB_INT2FIX
#define LONG2FIX RB_INT2FIX
#define FIX2LONG RB_FIX2LONG
#define FIX2ULONG RB_FIX2ULONG
#define FIX2INT RB_FIX2INT
#define FIX2UINT(v) ((unsigned)RB_NUM2UINT(v))
#define INT2NUM RB_INT2NUM
#define UINT2NUM RB_UINT2NUM
#define LONG2NUM RB_LONG2NUM
#define ULONG2NUM RB_ULONG2NUM
#define LL2NUM rb_ll2inum
#define ULL2NUM rb_ull2inum
#define SIZET2NUM RB_ULONG2NUM
#define SSIZET2NUM RB_LONG2NUM
#define OFFT2NUM RB_LONG2NUM
#define PIDT2NUM RB_LONG2NUM
#define CHR2FIX(c) RB_INT2FIX((long)((c) & 0xff))
#define NUM2LONG RB_NUM2LONG
#define NUM2ULONG RB_NUM2ULONG
#define NUM2INT RB_NUM2INT
#define NUM2UINT RB_NUM2UINT
#define NUM2SHORT rb_num2short
#define NUM2LL RB_NUM2LL
#define NUM2ULL rb_num2ull
#define NUM2SIZET RB_NUM2ULONG
#define NUM2SSIZET RB_NUM2LONG
#define NUM2TIMET RB_NUM2LONG
#define TIMET2NUM RB_LONG2NUM
#define NUM2OFFT RB_NUM2LONG
#define NUM2PIDT RB_NUM2INT
#define NUM2CHR RB_NUM2CHR
#define NUM2DBL rb_num2dbl
#define DBL2NUM rb_float_new
#define RFLOAT_VALUE rb_float_value
#endif
