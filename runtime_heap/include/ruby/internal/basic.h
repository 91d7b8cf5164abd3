/* ruby/internal/basic.h - The slots' structs, and what is asked of any VALUE
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_INTERNAL_BASIC_H
#define RUBY_INTERNAL_BASIC_H

struct RBasic {
  VALUE flags;
  const VALUE klass; /* 0: hidden from Ruby code */
};

struct RObject {
  struct RBasic basic;
  union {
    struct {
      VALUE *ivptr; /* the heap's table of instance variables */
    } heap;
    VALUE ary[1];
  } as;
};

struct RString {
  struct RBasic basic;
  long len;
  union {
    struct {
      char *ptr;
      union {
        long capa;
        VALUE shared;
      } aux;
    } heap;
    struct {
      char ary[1];
    } embed;
  } as;
};

struct RArray {
  struct RBasic basic;
  union {
    struct {
      long len;
      union {
        long capa;
        const VALUE shared_root;
      } aux;
      const VALUE *ptr;
    } heap;
    const VALUE ary[1];
  } as;
};

#define RBASIC(obj) ((struct RBasic *)(obj))
#define ROBJECT(obj) ((struct RObject *)(obj))
#define RSTRING(obj) ((struct RString *)(obj))
#define RARRAY(obj) ((struct RArray *)(obj))
#define RBASIC_CLASS(obj) (RBASIC(obj)->klass)

RUBY_BEGIN_DECLS
/* Rule R1.b where the lock is not held and v is not a special constant. */
enum ruby_value_type rb_builtin_type(VALUE v);
VALUE rb_fl_test(VALUE v, VALUE flags);
VALUE rb_class_of(VALUE v);

enum ruby_value_type rb_type(VALUE v);
int rb_type_p(VALUE v, enum ruby_value_type type);
void rb_check_type(VALUE v, int type);
void rb_unexpected_type(VALUE v, int type);
VALUE rb_fl_test_raw(VALUE v, VALUE flags);
void rb_fl_set(VALUE v, VALUE flags);
void rb_fl_unset(VALUE v, VALUE flags);
VALUE rb_obj_frozen_p(VALUE v);
int rb_obj_frozen_inline(VALUE v);
void rb_check_frozen(VALUE v);
void rb_error_frozen_object(VALUE v) __attribute__((noreturn));
VALUE rb_obj_freeze(VALUE v);
void rb_freeze_singleton_class(VALUE v);
/* Takes the object from the sight of Ruby code (its class becomes 0), and
 * gives it back. */
VALUE rb_obj_hide(VALUE v);
VALUE rb_obj_reveal(VALUE v, VALUE klass);
VALUE rb_gc_hide(VALUE v);
RUBY_END_DECLS

#define RB_BUILTIN_TYPE(v) rb_builtin_type((VALUE)(v))
#define BUILTIN_TYPE(v) rb_builtin_type((VALUE)(v))
#define TYPE(v) ((int)rb_type((VALUE)(v)))
#define RB_TYPE_P(v, t) rb_type_p((VALUE)(v), (enum ruby_value_type)(t))
#define Check_Type(v, t) rb_check_type((VALUE)(v), (int)(t))
#define CLASS_OF(v) rb_class_of((VALUE)(v))
#define RB_FL_TEST(v, f) rb_fl_test((VALUE)(v), (VALUE)(f))
#define RB_FL_TEST_RAW(v, f) rb_fl_test_raw((VALUE)(v), (VALUE)(f))
#define RB_FL_ANY(v, f) (rb_fl_test((VALUE)(v), (VALUE)(f)) != 0)
#define RB_FL_ALL(v, f) (rb_fl_test((VALUE)(v), (VALUE)(f)) == (VALUE)(f))
#define RB_FL_SET(v, f) rb_fl_set((VALUE)(v), (VALUE)(f))
#define RB_FL_UNSET(v, f) rb_fl_unset((VALUE)(v), (VALUE)(f))
#define RB_FL_ABLE(v) (!RB_SPECIAL_CONST_P(v))
#define FL_TEST RB_FL_TEST
#define FL_TEST_RAW RB_FL_TEST_RAW
#define FL_SET RB_FL_SET
#define FL_UNSET RB_FL_UNSET
#define FL_ABLE RB_FL_ABLE
#define RB_OBJ_FROZEN(v) rb_obj_frozen_inline((VALUE)(v))
#define RB_OBJ_FREEZE(v) ((void)rb_obj_freeze((VALUE)(v)))
#define OBJ_FROZEN RB_OBJ_FROZEN
#define OBJ_FREEZE RB_OBJ_FREEZE
#define OBJ_FROZEN_RAW RB_OBJ_FROZEN
#define rb_obj_freeze_inline(v) ((void)rb_obj_freeze((VALUE)(v)))
#define RB_FLOAT_TYPE_P(v) (RB_FLONUM_P(v) || RB_TYPE_P((v), T_FLOAT))
#define RB_INTEGER_TYPE_P(v) (RB_FIXNUM_P(v) || RB_TYPE_P((v), T_BIGNUM))
#define RB_SYMBOL_P(v) RB_TYPE_P((v), T_SYMBOL)
#define SYMBOL_P RB_SYMBOL_P
#define rb_check_frozen_inline rb_check_frozen
#endif
