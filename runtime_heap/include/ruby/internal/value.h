/* ruby/internal/value.h - VALUE, ID and the tagging of special constants
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_INTERNAL_VALUE_H
#define RUBY_INTERNAL_VALUE_H

#ifdef __cplusplus
#define RUBY_BEGIN_DECLS                                                       \
  extern "C" {                                                                 \
  _Pragma("GCC visibility push(default)")
#define RUBY_END_DECLS                                                         \
  _Pragma("GCC visibility pop")                                                \
  }
#define ANYARGS ...
#else
#define RUBY_BEGIN_DECLS _Pragma("GCC visibility push(default)")
#define RUBY_END_DECLS _Pragma("GCC visibility pop")
#define ANYARGS
#endif
#define NORETURN(x) __attribute__((noreturn)) x
#define PRINTF_ARGS(decl, string_index, first_to_check)                        \
  __attribute__((format(printf, string_index, first_to_check))) decl
#define RUBY_EXTERN extern
#define UNREACHABLE __builtin_unreachable()
#ifndef LIKELY
#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#endif
#define RB_LIKELY(x) LIKELY(x)
#define RB_UNLIKELY(x) UNLIKELY(x)
#define RBIMPL_CAST(expr) (expr)
#define STRINGIZE0(expr) #expr
#define STRINGIZE(expr) STRINGIZE0(expr)
#define rb_alloca alloca

typedef unsigned long VALUE;
typedef unsigned long ID;
#define VALUE VALUE
#define ID ID
#define SIZEOF_LONG 8
#define SIZEOF_VOIDP 8
#define SIZEOF_VALUE 8
#define SIZEOF_LONG_LONG 8
#define HAVE_LONG_LONG 1
#define LONG_LONG long long
#define PRI_VALUE_PREFIX "l"
#define PRIdVALUE "ld"
#define PRIuVALUE "lu"
#define PRIxVALUE "lx"
/* The mark after the conversion tells rb_sprintf that the argument is a VALUE.
 */
#define PRIsVALUE "li\v"
#define PRIdSIZE "zd"
#define PRIuSIZE "zu"

/* The tags of Ruby 3.2 and later with flonums, on 64-bit machines. */
enum ruby_special_consts {
  RUBY_Qfalse = 0x00,
  RUBY_Qnil = 0x04,
  RUBY_Qtrue = 0x14,
  RUBY_Qundef = 0x24,
  RUBY_IMMEDIATE_MASK = 0x07,
  RUBY_FIXNUM_FLAG = 0x01,
  RUBY_FLONUM_MASK = 0x03,
  RUBY_FLONUM_FLAG = 0x02,
  RUBY_SYMBOL_FLAG = 0x0c,
  RUBY_SPECIAL_SHIFT = 8
};
#define USE_FLONUM 1
#define RUBY_Qfalse ((VALUE)RUBY_Qfalse)
#define RUBY_Qnil ((VALUE)RUBY_Qnil)
#define RUBY_Qtrue ((VALUE)RUBY_Qtrue)
#define RUBY_Qundef ((VALUE)RUBY_Qundef)
#define Qfalse RUBY_Qfalse
#define Qnil RUBY_Qnil
#define Qtrue RUBY_Qtrue
#define Qundef RUBY_Qundef

/* Without the lock too: these look at the VALUE only, not at an object. */
static inline int RB_TEST(VALUE v) { return (v & ~RUBY_Qnil) != 0; }
static inline int RB_NIL_P(VALUE v) { return v == RUBY_Qnil; }
static inline int RB_UNDEF_P(VALUE v) { return v == RUBY_Qundef; }
static inline int RB_FIXNUM_P(VALUE v) { return (v & RUBY_FIXNUM_FLAG) != 0; }
static inline int RB_FLONUM_P(VALUE v) {
  return (v & RUBY_FLONUM_MASK) == RUBY_FLONUM_FLAG;
}
static inline int RB_STATIC_SYM_P(VALUE v) {
  return (v & 0xff) == RUBY_SYMBOL_FLAG;
}
static inline int RB_IMMEDIATE_P(VALUE v) {
  return (v & RUBY_IMMEDIATE_MASK) != 0;
}
static inline int RB_SPECIAL_CONST_P(VALUE v) {
  return RB_IMMEDIATE_P(v) || !RB_TEST(v);
}
#define RTEST RB_TEST
#define NIL_P RB_NIL_P
#define FIXNUM_P RB_FIXNUM_P
#define FLONUM_P RB_FLONUM_P
#define IMMEDIATE_P RB_IMMEDIATE_P
#define STATIC_SYM_P RB_STATIC_SYM_P
#define SPECIAL_CONST_P RB_SPECIAL_CONST_P
#define RBOOL(v) ((v) ? Qtrue : Qfalse)

enum ruby_value_type {
  RUBY_T_NONE = 0x00,
  RUBY_T_OBJECT = 0x01,
  RUBY_T_CLASS = 0x02,
  RUBY_T_MODULE = 0x03,
  RUBY_T_FLOAT = 0x04,
  RUBY_T_STRING = 0x05,
  RUBY_T_REGEXP = 0x06,
  RUBY_T_ARRAY = 0x07,
  RUBY_T_HASH = 0x08,
  RUBY_T_STRUCT = 0x09,
  RUBY_T_BIGNUM = 0x0a,
  RUBY_T_FILE = 0x0b,
  RUBY_T_DATA = 0x0c,
  RUBY_T_MATCH = 0x0d,
  RUBY_T_COMPLEX = 0x0e,
  RUBY_T_RATIONAL = 0x0f,
  RUBY_T_NIL = 0x11,
  RUBY_T_TRUE = 0x12,
  RUBY_T_FALSE = 0x13,
  RUBY_T_SYMBOL = 0x14,
  RUBY_T_FIXNUM = 0x15,
  RUBY_T_UNDEF = 0x16,
  RUBY_T_IMEMO = 0x1a,
  RUBY_T_NODE = 0x1b,
  RUBY_T_ICLASS = 0x1c,
  RUBY_T_ZOMBIE = 0x1d,
  RUBY_T_MOVED = 0x1e,
  RUBY_T_MASK = 0x1f
};
#define T_NONE RUBY_T_NONE
#define T_OBJECT RUBY_T_OBJECT
#define T_CLASS RUBY_T_CLASS
#define T_MODULE RUBY_T_MODULE
#define T_FLOAT RUBY_T_FLOAT
#define T_STRING RUBY_T_STRING
#define T_REGEXP RUBY_T_REGEXP
#define T_ARRAY RUBY_T_ARRAY
#define T_HASH RUBY_T_HASH
#define T_STRUCT RUBY_T_STRUCT
#define T_BIGNUM RUBY_T_BIGNUM
#define T_FILE RUBY_T_FILE
#define T_DATA RUBY_T_DATA
#define T_MATCH RUBY_T_MATCH
#define T_NIL RUBY_T_NIL
#define T_TRUE RUBY_T_TRUE
#define T_FALSE RUBY_T_FALSE
#define T_SYMBOL RUBY_T_SYMBOL
#define T_FIXNUM RUBY_T_FIXNUM
#define T_UNDEF RUBY_T_UNDEF
#define T_IMEMO RUBY_T_IMEMO
#define T_ZOMBIE RUBY_T_ZOMBIE
#define T_MOVED RUBY_T_MOVED
#define T_MASK RUBY_T_MASK
#endif
