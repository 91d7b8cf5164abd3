//===- Array.h - The elements of a T_ARRAY ----------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_MODEL_ARRAY_H
#define RHEAP_MODEL_ARRAY_H

#include "heap/Slot.h"

#include "rheap/internal.h"

namespace rheap {

inline constexpr size_t AryHeader = offsetof(RArray, as);

inline bool isEmbeddedArray(VALUE A) {
  return (flagsOf(A) & RARRAY_EMBED_FLAG) != 0;
}
inline long aryLen(VALUE A) {
  return isEmbeddedArray(A) ? long((flagsOf(A) & RARRAY_EMBED_LEN_MASK) >>
                                   RARRAY_EMBED_LEN_SHIFT)
                            : RARRAY(A)->as.heap.len;
}
inline VALUE *aryPtr(VALUE A) {
  return const_cast<VALUE *>(isEmbeddedArray(A) ? RARRAY(A)->as.ary
                                                : RARRAY(A)->as.heap.ptr);
}

/// Element \p I, read with the barrier.
inline VALUE readElement(VALUE A, long I) {
  return RB_OBJ_READ(A, aryPtr(A) + I);
}

/// Embedded when some slot holds \p Capa elements.
VALUE newArray(VALUE Klass, long Capa);
/// With \p Len elements, which the caller writes before anything can collect.
VALUE newArrayOfLength(VALUE Klass, long Len);
void setArrayLength(VALUE A, long Len);
/// Room for \p Capa elements; those that are new are nil once they are counted
/// in the length.
void makeArrayRoom(VALUE A, long Capa);
void pushElement(VALUE A, VALUE V);
/// Raises when it is frozen.
void checkArrayModifiable(VALUE A);

} // namespace rheap

#endif // RHEAP_MODEL_ARRAY_H
