//===- String.cpp - The bytes of a T_STRING -------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "model/String.h"

#include "heap/Heap.h"
#include "judge/Judge.h"

#include <algorithm>
#include <climits>

namespace rheap {

static size_t embedCapacity(VALUE S) {
  return heap().slotSize(S) - StrHeader - 1;
}

size_t strCapacity(VALUE S) {
  if (isEmbeddedString(S))
    return embedCapacity(S);
  if (flagsOf(S) & (StrShared | StrNoFree))
    return size_t(strLen(S));
  return size_t(RSTRING(S)->as.heap.aux.capa);
}

VALUE newExternalString(VALUE Klass, size_t Capa) {
  if (Capa > LONG_MAX - PageSize)
    rb_raise(rb_eArgError, "string size too big");
  VALUE S = heap().allocate(sizeof(RString), T_STRING | FL_WB_PROTECTED, Klass);
  // Only external once it has its buffer: the next line may collect.
  char *Ptr = static_cast<char *>(heap().allocateBuffer(Capa + 1, S));
  Ptr[0] = '\0';
  flagsOf(S) |= RSTRING_NOEMBED;
  RSTRING(S)->as.heap.ptr = Ptr;
  RSTRING(S)->as.heap.aux.capa = long(Capa);
  RB_GC_GUARD(S);
  return S;
}

VALUE newString(VALUE Klass, const char *Ptr, size_t Len) {
  if (__builtin_expect(Judging && Ptr, false)) {
    Borrowed From(Ptr);
    VALUE S = newString(Klass, nullptr, Len);
    From.check(Len, S);
    memmove(strPtr(S), Ptr, Len);
    return S;
  }
  VALUE S;
  if (StrHeader + Len + 1 <= Heap::MaxObjectSize)
    S = heap().allocate(StrHeader + Len + 1, T_STRING | FL_WB_PROTECTED, Klass);
  else
    S = newExternalString(Klass, Len);
  if (Ptr)
    memcpy(strPtr(S), Ptr, Len);
  else
    memset(strPtr(S), 0, Len);
  setLength(S, Len);
  return S;
}

VALUE newStaticString(VALUE Klass, const char *Ptr, size_t Len) {
  VALUE S = heap().allocate(
      sizeof(RString), T_STRING | FL_WB_PROTECTED | RSTRING_NOEMBED | StrNoFree,
      Klass);
  RSTRING(S)->as.heap.ptr = const_cast<char *>(Ptr);
  RSTRING(S)->len = long(Len);
  return S;
}

/// A frozen, hidden string that holds the buffer of \p S for all who share it.
static VALUE rootOf(VALUE S) {
  if (flagsOf(S) & StrShared)
    return RSTRING(S)->as.heap.aux.shared;
  if ((flagsOf(S) & FL_FREEZE))
    return S;
  VALUE Root = heap().allocate(sizeof(RString),
                               T_STRING | FL_WB_PROTECTED | RSTRING_NOEMBED |
                                   StrSharedRoot | FL_FREEZE,
                               0);
  RSTRING(Root)->as.heap.ptr = RSTRING(S)->as.heap.ptr;
  RSTRING(Root)->as.heap.aux.capa = RSTRING(S)->as.heap.aux.capa;
  RSTRING(Root)->len = strLen(S);
  heap().External.setOwner(strPtr(Root), Root);
  flagsOf(S) |= StrShared;
  RSTRING(S)->as.heap.aux.shared = Root;
  heap().written(S);
  return Root;
}

VALUE newSharedString(VALUE Klass, VALUE S) {
  if (isEmbeddedString(S) || (flagsOf(S) & StrLocked)) {
    VALUE Copy = newString(Klass, nullptr, size_t(strLen(S)));
    // Taken after the allocation, which may move an embedded original.
    memcpy(strPtr(Copy), strPtr(S), size_t(strLen(S)));
    RB_GC_GUARD(S);
    return Copy;
  }
  if (flagsOf(S) & StrNoFree)
    return newStaticString(Klass, strPtr(S), size_t(strLen(S)));
  VALUE Root = rootOf(S);
  VALUE Copy = heap().allocate(
      sizeof(RString), T_STRING | FL_WB_PROTECTED | RSTRING_NOEMBED | StrShared,
      Klass);
  RSTRING(Copy)->as.heap.ptr = strPtr(S);
  RSTRING(Copy)->as.heap.aux.shared = Root;
  RSTRING(Copy)->len = strLen(S);
  RB_GC_GUARD(Root);
  RB_GC_GUARD(S);
  return Copy;
}

void checkModifiable(VALUE S) {
  if (flagsOf(S) & StrLocked)
    rb_raise(rb_eRuntimeError, "can't modify string; temporarily locked");
  if (flagsOf(S) & FL_FREEZE)
    rb_error_frozen_object(S);
}

void makeRoom(VALUE S, size_t Capa) {
  if (Capa > LONG_MAX - PageSize)
    rb_raise(rb_eArgError, "string size too big");
  if (isEmbeddedString(S)) {
    if (Capa <= embedCapacity(S))
      return;
  } else if (!(flagsOf(S) & (StrShared | StrNoFree))) {
    if (Capa <= size_t(RSTRING(S)->as.heap.aux.capa))
      return;
    void *Ptr = heap().reallocateBuffer(RSTRING(S)->as.heap.ptr, Capa + 1);
    RSTRING(S)->as.heap.ptr = static_cast<char *>(Ptr);
    RSTRING(S)->as.heap.aux.capa = long(Capa);
    return;
  }
  // Embedded and too short, or bytes of somebody else: a buffer of its own.
  Capa = std::max(Capa, size_t(strLen(S)));
  char *Ptr = static_cast<char *>(heap().allocateBuffer(Capa + 1, S));
  memcpy(Ptr, strPtr(S), size_t(strLen(S)));
  Ptr[strLen(S)] = '\0';
  flagsOf(S) &= ~(StrShared | StrNoFree);
  flagsOf(S) |= RSTRING_NOEMBED;
  RSTRING(S)->as.heap.ptr = Ptr;
  RSTRING(S)->as.heap.aux.capa = long(Capa);
}

void setLength(VALUE S, size_t Len) {
  RSTRING(S)->len = long(Len);
  if (!(flagsOf(S) & (StrShared | StrNoFree)))
    strPtr(S)[Len] = '\0';
}

void appendBytes(VALUE S, const char *Ptr, size_t Len) {
  size_t Old = size_t(strLen(S)), New = Old + Len;
  // The bytes may be the string's own, which makeRoom may move.
  size_t Inside = size_t(Ptr - strPtr(S));
  bool Own = Ptr >= strPtr(S) && Inside <= Old;
  bool Borrowed =
      !isEmbeddedString(S) && (flagsOf(S) & (StrShared | StrNoFree)) != 0;
  if (Borrowed || New > strCapacity(S))
    makeRoom(S, std::max(New, Old * 2));
  if (Own)
    Ptr = strPtr(S) + Inside;
  memmove(strPtr(S) + Old, Ptr, Len);
  setLength(S, New);
}

bool sameBytes(VALUE A, VALUE B) {
  return strLen(A) == strLen(B) &&
         memcmp(strPtr(A), strPtr(B), size_t(strLen(A))) == 0;
}

void freeStringBytes(VALUE S) {
  if (char *Ptr = ownedBytes(S))
    heap().freeBuffer(Ptr);
}

} // namespace rheap
