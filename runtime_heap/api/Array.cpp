//===- Array.cpp - Arrays -------------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "model/Array.h"

#include "api/Call.h"
#include "heap/Heap.h"
#include "judge/Judge.h"
#include "judge/Races.h"
#include "model/Hash.h"

#include <algorithm>
#include <cstdarg>

using namespace rheap;

// Accessors: the header through the view, elements through it as well when
// they are embedded.

static const VALUE *ptrThroughView(const RArray *View) {
  return View->basic.flags & RARRAY_EMBED_FLAG ? View->as.ary
                                               : View->as.heap.ptr;
}

static long lenThroughView(const RArray *View) {
  return View->basic.flags & RARRAY_EMBED_FLAG
             ? long((View->basic.flags & RARRAY_EMBED_LEN_MASK) >>
                    RARRAY_EMBED_LEN_SHIFT)
             : View->as.heap.len;
}

long rb_array_len(VALUE A) {
  return lenThroughView(
      view<RArray>(A, "RARRAY_LEN", __builtin_return_address(0)));
}

VALUE rb_array_aref(VALUE A, long I) {
  auto *View = view<RArray>(A, "RARRAY_AREF", __builtin_return_address(0));
  VALUE *Element = const_cast<VALUE *>(ptrThroughView(View)) + I;
  return __builtin_expect(HoldsLock, true) ? RB_OBJ_READ(A, Element) : *Element;
}

void rb_array_aset(VALUE A, long I, VALUE V) {
  auto *View = view<RArray>(A, "RARRAY_ASET", __builtin_return_address(0));
  const_cast<VALUE *>(ptrThroughView(View))[I] = V;
  if (__builtin_expect(HoldsLock, true))
    heap().written(A);
}

/// The address is the real one, so that its use is judged as well.
const VALUE *rb_array_const_ptr(VALUE A) {
  // Whoever has this pointer reads without the barrier.
  if (__builtin_expect(rheap_reads_are_checked && HoldsLock, false))
    for (long I = 0; I < aryLen(A); ++I)
      readElement(A, I);
  auto *View = view<RArray>(A, "RARRAY_CONST_PTR", __builtin_return_address(0));
  if (View->basic.flags & RARRAY_EMBED_FLAG)
    return RARRAY(A)->as.ary;
  noteBorrow(heap().External, View->as.heap.ptr, Judging);
  return View->as.heap.ptr;
}

VALUE *rb_array_ptr(VALUE A) {
  auto *Elements = const_cast<VALUE *>(rb_array_const_ptr(A));
  if (__builtin_expect(HoldsLock, true))
    heap().unprotect(A);
  return Elements;
}

VALUE rb_ary_new(void) {
  RHEAP_API();
  return newArray(rb_cArray, 0);
}

VALUE rb_ary_new_capa(long Capa) {
  RHEAP_API();
  return newArray(rb_cArray, Capa);
}

VALUE rb_ary_hidden_new(long Capa) {
  RHEAP_API();
  return newArray(0, Capa);
}

VALUE rb_ary_new_from_values(long N, const VALUE *Elements) {
  RHEAP_API();
  VALUE A = newArrayOfLength(rb_cArray, N);
  if (N)
    memcpy(aryPtr(A), Elements, size_t(N) * sizeof(VALUE));
  RHEAP_API_VALUES(aryPtr(A), N);
  return A;
}

VALUE rb_ary_new_from_args(long N, ...) {
  RHEAP_API();
  VALUE A = newArrayOfLength(rb_cArray, N);
  VALUE *Elements = aryPtr(A);
  va_list Args;
  va_start(Args, N);
  for (long I = 0; I < N; ++I)
    Elements[I] = va_arg(Args, VALUE);
  va_end(Args);
  RHEAP_API_VALUES(Elements, N);
  return A;
}

VALUE rb_assoc_new(VALUE Key, VALUE Value) {
  RHEAP_API_ON(Key);
  RHEAP_API_VALUE(Value);
  return rb_ary_new_from_args(2, Key, Value);
}

VALUE rb_ary_push(VALUE A, VALUE V) {
  RHEAP_API_ON(A);
  RHEAP_API_VALUE(V);
  checkArrayModifiable(A);
  pushElement(A, V);
  return A;
}

VALUE rb_ary_cat(VALUE A, const VALUE *Elements, long N) {
  RHEAP_API_ON(A);
  checkArrayModifiable(A);
  for (long I = 0; I < N; ++I) {
    VALUE V = Elements[I];
    RHEAP_API_VALUE(V);
    pushElement(A, V);
  }
  return A;
}

VALUE rb_ary_pop(VALUE A) {
  RHEAP_API_ON(A);
  checkArrayModifiable(A);
  long Len = aryLen(A);
  if (!Len)
    return Qnil;
  VALUE V = readElement(A, Len - 1);
  setArrayLength(A, Len - 1);
  return V;
}

VALUE rb_ary_shift(VALUE A) {
  RHEAP_API_ON(A);
  checkArrayModifiable(A);
  long Len = aryLen(A);
  if (!Len)
    return Qnil;
  VALUE V = readElement(A, 0);
  memmove(aryPtr(A), aryPtr(A) + 1, size_t(Len - 1) * sizeof(VALUE));
  setArrayLength(A, Len - 1);
  return V;
}

VALUE rb_ary_unshift(VALUE A, VALUE V) {
  RHEAP_API_ON(A);
  RHEAP_API_VALUE(V);
  checkArrayModifiable(A);
  pushElement(A, V);
  memmove(aryPtr(A) + 1, aryPtr(A), size_t(aryLen(A) - 1) * sizeof(VALUE));
  aryPtr(A)[0] = V;
  heap().written(A);
  return A;
}

VALUE rb_ary_entry(VALUE A, long I) {
  RHEAP_API_ON(A);
  if (I < 0)
    I += aryLen(A);
  return I >= 0 && I < aryLen(A) ? readElement(A, I) : Qnil;
}

void rb_ary_store(VALUE A, long I, VALUE V) {
  RHEAP_API_ON(A);
  RHEAP_API_VALUE(V);
  checkArrayModifiable(A);
  long Len = aryLen(A);
  if (I < 0 && (I += Len) < 0)
    rb_raise(rb_eIndexError, "index %ld too small for array; minimum: -%ld",
             I - Len, Len);
  if (I >= Len) {
    if (I >= LONG_MAX / long(sizeof(VALUE)))
      rb_raise(rb_eIndexError, "index %ld too big", I);
    makeArrayRoom(A, I + 1 > Len * 2 ? I + 1 : Len * 2);
    setArrayLength(A, I + 1);
  }
  aryPtr(A)[I] = V;
  heap().written(A);
}

VALUE rb_ary_resize(VALUE A, long Len) {
  RHEAP_API_ON(A);
  checkArrayModifiable(A);
  makeArrayRoom(A, Len);
  setArrayLength(A, Len);
  return A;
}

VALUE rb_ary_dup(VALUE A) {
  RHEAP_API_ON(A);
  VALUE Copy = newArray(rb_cArray, aryLen(A));
  rb_ary_concat(Copy, A);
  RB_GC_GUARD(A);
  return Copy;
}

VALUE rb_ary_subseq(VALUE A, long Begin, long Len) {
  RHEAP_API_ON(A);
  if (Begin < 0 || Len < 0 || Begin > aryLen(A))
    return Qnil;
  VALUE Part = newArray(rb_cArray, std::min(Len, aryLen(A) - Begin));
  for (long I = Begin; I < aryLen(A) && I - Begin < Len; ++I)
    pushElement(Part, readElement(A, I));
  RB_GC_GUARD(A);
  return Part;
}

VALUE rb_ary_reverse(VALUE A) {
  RHEAP_API_ON(A);
  checkArrayModifiable(A);
  std::reverse(aryPtr(A), aryPtr(A) + aryLen(A));
  heap().written(A);
  return A;
}

VALUE rb_ary_delete_at(VALUE A, long I) {
  RHEAP_API_ON(A);
  checkArrayModifiable(A);
  long Len = aryLen(A);
  if (I < 0)
    I += Len;
  if (I < 0 || I >= Len)
    return Qnil;
  VALUE V = readElement(A, I);
  memmove(aryPtr(A) + I, aryPtr(A) + I + 1,
          size_t(Len - I - 1) * sizeof(VALUE));
  setArrayLength(A, Len - 1);
  return V;
}

VALUE rb_ary_clear(VALUE A) {
  RHEAP_API_ON(A);
  checkArrayModifiable(A);
  setArrayLength(A, 0);
  return A;
}

VALUE rb_ary_plus(VALUE Left, VALUE Right) {
  RHEAP_API_ON(Left);
  RHEAP_API_VALUE(Right);
  VALUE A = newArray(rb_cArray, aryLen(Left) + aryLen(Right));
  rb_ary_concat(A, Left);
  rb_ary_concat(A, Right);
  RB_GC_GUARD(Left);
  RB_GC_GUARD(Right);
  return A;
}

VALUE rb_ary_concat(VALUE A, VALUE Other) {
  RHEAP_API_ON(A);
  checkArrayModifiable(A);
  for (long I = 0, N = aryLen(Other); I < N; ++I)
    pushElement(A, readElement(Other, I));
  return A;
}

VALUE rb_ary_includes(VALUE A, VALUE V) {
  RHEAP_API_ON(A);
  for (long I = 0; I < aryLen(A); ++I)
    if (RTEST(rb_equal(readElement(A, I), V)))
      return Qtrue;
  return Qfalse;
}

VALUE rb_ary_join(VALUE A, VALUE Separator) {
  RHEAP_API_ON(A);
  VALUE Out = rb_str_buf_new(0);
  for (long I = 0; I < aryLen(A); ++I) {
    if (I && !NIL_P(Separator))
      rb_str_append(Out, Separator);
    rb_str_append(Out, rb_obj_as_string(readElement(A, I)));
  }
  return Out;
}

VALUE rb_ary_freeze(VALUE A) {
  RHEAP_API_ON(A);
  return rb_obj_freeze(A);
}

VALUE rb_ary_each(VALUE A) {
  RHEAP_API_ON(A);
  for (long I = 0; I < aryLen(A); ++I)
    rb_yield(readElement(A, I));
  return A;
}

VALUE rb_check_array_type(VALUE V) {
  RHEAP_API_ON(V);
  return rb_check_convert_type(V, T_ARRAY, "Array", "to_ary");
}

VALUE rb_Array(VALUE V) {
  RHEAP_API_ON(V);
  VALUE A = rb_check_array_type(V);
  return !NIL_P(A) ? A : NIL_P(V) ? rb_ary_new() : rb_ary_new_from_args(1, V);
}
