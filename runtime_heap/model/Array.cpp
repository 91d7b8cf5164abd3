//===- Array.cpp - The elements of a T_ARRAY ------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "model/Array.h"

#include "heap/Heap.h"

#include <algorithm>

namespace rheap {

static long embedCapacity(VALUE A) {
  return long((heap().slotSize(A) - AryHeader) / sizeof(VALUE));
}

/// \returns an empty array, which is embedded when \p Capa elements fit.
static VALUE allocateArray(VALUE Klass, long Capa, bool &Fits) {
  if (Capa < 0)
    rb_raise(rb_eArgError, "negative array size (or size too big)");
  if (size_t(Capa) > SIZE_MAX / 2 / sizeof(VALUE))
    rb_raise(rb_eArgError, "array size too big");
  size_t Size = AryHeader + size_t(Capa) * sizeof(VALUE);
  Fits = Size <= Heap::MaxObjectSize;
  return heap().allocate(Fits ? std::max(Size, sizeof(RArray)) : sizeof(RArray),
                         T_ARRAY | FL_WB_PROTECTED | RARRAY_EMBED_FLAG, Klass);
}

VALUE newArray(VALUE Klass, long Capa) {
  bool Fits;
  VALUE A = allocateArray(Klass, Capa, Fits);
  if (!Fits)
    makeArrayRoom(A, Capa);
  return A;
}

VALUE newArrayOfLength(VALUE Klass, long Len) {
  bool Fits;
  VALUE A = allocateArray(Klass, Len, Fits);
  if (!Fits)
    makeArrayRoom(A, Len);
  if (Fits)
    flagsOf(A) |= VALUE(Len) << RARRAY_EMBED_LEN_SHIFT;
  else
    RARRAY(A)->as.heap.len = Len;
  return A;
}

void setArrayLength(VALUE A, long Len) {
  long Old = aryLen(A);
  if (isEmbeddedArray(A)) {
    flagsOf(A) &= ~RARRAY_EMBED_LEN_MASK;
    flagsOf(A) |= VALUE(Len) << RARRAY_EMBED_LEN_SHIFT;
  } else {
    RARRAY(A)->as.heap.len = Len;
  }
  for (long I = Old; I < Len; ++I)
    aryPtr(A)[I] = Qnil;
}

void makeArrayRoom(VALUE A, long Capa) {
  if (size_t(Capa) > SIZE_MAX / 2 / sizeof(VALUE))
    rb_raise(rb_eArgError, "array size too big");
  size_t Bytes = size_t(Capa) * sizeof(VALUE);
  if (isEmbeddedArray(A)) {
    if (Capa <= embedCapacity(A))
      return;
    auto *Ptr = static_cast<VALUE *>(heap().allocateBuffer(Bytes, A));
    long Len = aryLen(A);
    memcpy(Ptr, aryPtr(A), size_t(Len) * sizeof(VALUE));
    flagsOf(A) &= ~(RARRAY_EMBED_FLAG | RARRAY_EMBED_LEN_MASK);
    RARRAY(A)->as.heap.ptr = Ptr;
    RARRAY(A)->as.heap.len = Len;
    RARRAY(A)->as.heap.aux.capa = Capa;
    return;
  }
  if (Capa <= RARRAY(A)->as.heap.aux.capa)
    return;
  void *Old = const_cast<VALUE *>(RARRAY(A)->as.heap.ptr);
  RARRAY(A)->as.heap.ptr =
      static_cast<VALUE *>(heap().reallocateBuffer(Old, Bytes));
  RARRAY(A)->as.heap.aux.capa = Capa;
}

void pushElement(VALUE A, VALUE V) {
  long Len = aryLen(A);
  long Capa =
      isEmbeddedArray(A) ? embedCapacity(A) : RARRAY(A)->as.heap.aux.capa;
  if (__builtin_expect(Len == Capa, false))
    makeArrayRoom(A, Len * 2 + 4);
  if (isEmbeddedArray(A)) {
    const_cast<VALUE *>(RARRAY(A)->as.ary)[Len] = V;
    flagsOf(A) += VALUE(1) << RARRAY_EMBED_LEN_SHIFT;
  } else {
    const_cast<VALUE *>(RARRAY(A)->as.heap.ptr)[Len] = V;
    RARRAY(A)->as.heap.len = Len + 1;
  }
  heap().written(A);
}

void checkArrayModifiable(VALUE A) {
  if (flagsOf(A) & FL_FREEZE)
    rb_error_frozen_object(A);
}

} // namespace rheap
