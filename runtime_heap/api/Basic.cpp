//===- Basic.cpp - Types and flags of any VALUE ---------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "heap/Heap.h"
#include "judge/Judge.h"
#include "model/Class.h"
#include "model/Data.h"
#include "model/String.h"

using namespace rheap;

namespace {

const char *nameOfType(unsigned Type) {
  static constexpr struct {
    unsigned Type;
    const char *Name;
  } Names[] = {
      {T_OBJECT, "Object"}, {T_CLASS, "Class"},    {T_MODULE, "Module"},
      {T_FLOAT, "Float"},   {T_STRING, "String"},  {T_ARRAY, "Array"},
      {T_HASH, "Hash"},     {T_BIGNUM, "Integer"}, {T_DATA, "Data"},
      {T_NIL, "nil"},       {T_TRUE, "true"},      {T_FALSE, "false"},
      {T_SYMBOL, "Symbol"}, {T_FIXNUM, "Integer"}};
  for (const auto &N : Names)
    if (N.Type == Type)
      return N.Name;
  return "unknown";
}

unsigned specialType(VALUE V) {
  return RB_FIXNUM_P(V)       ? T_FIXNUM
         : RB_FLONUM_P(V)     ? T_FLOAT
         : RB_STATIC_SYM_P(V) ? T_SYMBOL
         : V == Qnil          ? T_NIL
         : V == Qfalse        ? T_FALSE
         : V == Qtrue         ? T_TRUE
                              : T_UNDEF;
}

const char *describe(VALUE V) {
  return V == Qnil     ? "nil"
         : V == Qtrue  ? "true"
         : V == Qfalse ? "false"
                       : rb_obj_classname(V);
}

} // namespace

ruby_value_type rb_builtin_type(VALUE V) {
  return ruby_value_type(RHEAP_VIEW(RBasic, V)->flags & TypeMask);
}

ruby_value_type rb_type(VALUE V) {
  if (RB_SPECIAL_CONST_P(V))
    return ruby_value_type(specialType(V));
  return ruby_value_type(RHEAP_VIEW(RBasic, V)->flags & TypeMask);
}

int rb_type_p(VALUE V, ruby_value_type Type) {
  if (RB_SPECIAL_CONST_P(V))
    return specialType(V) == unsigned(Type);
  return (RHEAP_VIEW(RBasic, V)->flags & TypeMask) == unsigned(Type);
}

void rb_check_type(VALUE V, int Type) {
  RHEAP_API();
  if (V == Qundef)
    rb_bug("undef leaked to the Ruby space");
  if (unsigned(rb_type(V)) != unsigned(Type) ||
      (Type == T_DATA && rb_typeddata_p(V)))
    rb_unexpected_type(V, Type);
}

void rb_unexpected_type(VALUE V, int Type) {
  rb_raise(rb_eTypeError, "wrong argument type %s (expected %s)", describe(V),
           nameOfType(unsigned(Type)));
}

VALUE rb_fl_test(VALUE V, VALUE Flags) {
  return RB_SPECIAL_CONST_P(V) ? 0 : RHEAP_VIEW(RBasic, V)->flags & Flags;
}

VALUE rb_fl_test_raw(VALUE V, VALUE Flags) {
  return RHEAP_VIEW(RBasic, V)->flags & Flags;
}

void rb_fl_set(VALUE V, VALUE Flags) {
  if (!RB_SPECIAL_CONST_P(V))
    RHEAP_VIEW(RBasic, V)->flags |= Flags;
}

void rb_fl_unset(VALUE V, VALUE Flags) {
  if (!RB_SPECIAL_CONST_P(V))
    RHEAP_VIEW(RBasic, V)->flags &= ~Flags;
}

int rb_obj_frozen_inline(VALUE V) {
  return RB_SPECIAL_CONST_P(V) || (RHEAP_VIEW(RBasic, V)->flags & FL_FREEZE);
}

VALUE rb_obj_frozen_p(VALUE V) {
  RHEAP_API();
  return RBOOL(rb_obj_frozen_inline(V));
}

void rb_check_frozen(VALUE V) {
  if (rb_obj_frozen_inline(V))
    rb_error_frozen_object(V);
}

void rb_error_frozen_object(VALUE V) {
  rb_raise(rb_eFrozenError, "can't modify frozen %s: %" PRIsVALUE, describe(V),
           rb_inspect(V));
}

VALUE rb_obj_freeze(VALUE V) {
  RHEAP_API();
  if (RB_SPECIAL_CONST_P(V))
    return V;
  flagsOf(V) |= FL_FREEZE;
  // Also bytes that it shares. Not the elements of arrays: compaction updates
  // them.
  if (typeOf(V) == T_STRING && !isEmbeddedString(V))
    heap().External.freeze(strPtr(V));
  if (typeOf(V) == T_DATA && !isEmbeddedData(V))
    heap().External.freeze(dataOf(V));
  return V;
}

void rb_freeze_singleton_class(VALUE V) { RHEAP_API(); }

VALUE rb_class_of(VALUE V) {
  if (!RB_SPECIAL_CONST_P(V))
    return RHEAP_VIEW(RBasic, V)->klass;
  switch (specialType(V)) {
  case T_FIXNUM:
    return rb_cInteger;
  case T_FLOAT:
    return rb_cFloat;
  case T_SYMBOL:
    return rb_cSymbol;
  case T_TRUE:
    return rb_cTrueClass;
  case T_FALSE:
    return rb_cFalseClass;
  default:
    return rb_cNilClass;
  }
}

VALUE rb_obj_hide(VALUE V) {
  RHEAP_API();
  if (!RB_SPECIAL_CONST_P(V))
    klassOf(V) = 0;
  return V;
}

VALUE rb_obj_reveal(VALUE V, VALUE Klass) {
  RHEAP_API();
  if (!RB_SPECIAL_CONST_P(V))
    klassOf(V) = Klass;
  heap().written(V);
  return V;
}

VALUE rb_gc_hide(VALUE V) {
  RHEAP_API();
  return rb_obj_hide(V);
}
