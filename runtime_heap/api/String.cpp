//===- String.cpp - Strings: making, changing, comparing ------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "model/String.h"

#include "api/Call.h"
#include "heap/Heap.h"
#include "judge/Judge.h"
#include "judge/Races.h"

#include "rheap/internal.h"

#include <algorithm>

using namespace rheap;

// Accessors. Without the lock the header is read through the alias, but the
// address of embedded bytes is the real one, so that its use is judged as well.

static char *ptrThroughView(RString *View, VALUE S) {
  return View->basic.flags & RSTRING_NOEMBED ? View->as.heap.ptr
                                             : RSTRING(S)->as.embed.ary;
}

/// Extensions know the address from now on.
static char *lend(char *P) {
  noteBorrow(heap().External, P, Judging);
  return P;
}

char *(RSTRING_PTR)(VALUE S) {
  return lend(ptrThroughView(RHEAP_VIEW(RString, S), S));
}

long(RSTRING_LEN)(VALUE S) { return RHEAP_VIEW(RString, S)->len; }

char *(RSTRING_END)(VALUE S) {
  auto *View = RHEAP_VIEW(RString, S);
  return lend(ptrThroughView(View, S)) + View->len;
}

int(RSTRING_LENINT)(VALUE S) {
  long Len = RHEAP_VIEW(RString, S)->len;
  if (Len != long(int(Len)))
    rb_out_of_int(Len);
  return int(Len);
}

// Making

static VALUE make(const char *Ptr, long Len) {
  if (Len < 0)
    rb_raise(rb_eArgError, "negative string size (or size too big)");
  return newString(rb_cString, Ptr, size_t(Len));
}

static VALUE makeFrom(const char *Ptr) {
  if (!Ptr)
    rb_raise(rb_eArgError, "NULL pointer given");
  return newString(rb_cString, Ptr, strlen(Ptr));
}

#define RHEAP_STRING_MAKER(Name)                                               \
  VALUE Name(const char *Ptr, long Len) {                                      \
    RHEAP_API();                                                               \
    return make(Ptr, Len);                                                     \
  }                                                                            \
  VALUE Name##_cstr(const char *Ptr) {                                         \
    RHEAP_API();                                                               \
    return makeFrom(Ptr);                                                      \
  }
RHEAP_STRING_MAKER(rb_str_new)
RHEAP_STRING_MAKER(rb_usascii_str_new)
RHEAP_STRING_MAKER(rb_utf8_str_new)
RHEAP_STRING_MAKER(rb_external_str_new)
RHEAP_STRING_MAKER(rb_locale_str_new)
#undef RHEAP_STRING_MAKER

VALUE rb_str_new_static(const char *Ptr, long Len) {
  RHEAP_API();
  return newStaticString(rb_cString, Ptr, size_t(Len));
}

VALUE rb_utf8_str_new_static(const char *Ptr, long Len) {
  RHEAP_API();
  return newStaticString(rb_cString, Ptr, size_t(Len));
}

VALUE rb_interned_str(const char *Ptr, long Len) {
  RHEAP_API();
  return rb_str_freeze(make(Ptr, Len));
}

VALUE rb_interned_str_cstr(const char *Ptr) {
  RHEAP_API();
  return rb_str_freeze(makeFrom(Ptr));
}

VALUE rb_str_new_with_class(VALUE Obj, const char *Ptr, long Len) {
  RHEAP_API_ON(Obj);
  VALUE S = make(Ptr, Len);
  klassOf(S) = rb_obj_class(Obj);
  heap().written(S);
  return S;
}

VALUE rb_str_new_shared(VALUE S) {
  RHEAP_API_ON(S);
  return newSharedString(rb_obj_class(S), S);
}

VALUE rb_str_new_frozen(VALUE S) {
  RHEAP_API_ON(S);
  if (flagsOf(S) & FL_FREEZE)
    return S;
  return rb_str_freeze(newSharedString(klassOf(S), S));
}

VALUE rb_str_buf_new(long Capa) {
  RHEAP_API();
  if (Capa < 0)
    rb_raise(rb_eArgError, "negative string size (or size too big)");
  size_t Size = StrHeader + size_t(Capa) + 1;
  if (Size <= Heap::MaxObjectSize)
    return heap().allocate(Size, T_STRING | FL_WB_PROTECTED, rb_cString);
  return newExternalString(rb_cString, size_t(Capa));
}

VALUE rb_str_buf_new_cstr(const char *Ptr) {
  RHEAP_API();
  return makeFrom(Ptr);
}

VALUE rb_str_tmp_new(long Len) {
  RHEAP_API();
  if (Len < 0)
    rb_raise(rb_eArgError, "negative string size (or size too big)");
  // As CRuby's: hidden, and embedded when it is short.
  return newString(0, nullptr, size_t(Len));
}

VALUE rb_str_dup(VALUE S) {
  RHEAP_API_ON(S);
  return newSharedString(rb_obj_class(S), S);
}

VALUE rb_str_resurrect(VALUE S) {
  RHEAP_API_ON(S);
  return newSharedString(rb_cString, S);
}

VALUE rb_str_dup_frozen(VALUE S) {
  RHEAP_API_ON(S);
  return rb_str_new_frozen(S);
}

VALUE rb_str_subseq(VALUE S, long Begin, long Len) {
  RHEAP_API_ON(S);
  VALUE Part = newString(rb_cString, nullptr, size_t(Len));
  memcpy(strPtr(Part), strPtr(S) + Begin, size_t(Len));
  RB_GC_GUARD(S);
  return Part;
}

VALUE rb_str_substr(VALUE S, long Begin, long Len) {
  RHEAP_API_ON(S);
  long Size = strLen(S);
  if (Begin < 0)
    Begin += Size;
  if (Len < 0 || Begin < 0 || Begin > Size)
    return Qnil;
  return rb_str_subseq(S, Begin, std::min(Len, Size - Begin));
}

// Changing

VALUE rb_str_freeze(VALUE S) {
  RHEAP_API_ON(S);
  return rb_obj_freeze(S);
}

VALUE rb_str_locktmp(VALUE S) {
  RHEAP_API_ON(S);
  if (flagsOf(S) & StrLocked)
    rb_raise(rb_eRuntimeError, "temporal locking already locked string");
  flagsOf(S) |= StrLocked;
  return S;
}

VALUE rb_str_unlocktmp(VALUE S) {
  RHEAP_API_ON(S);
  if (!(flagsOf(S) & StrLocked))
    rb_raise(rb_eRuntimeError, "temporal unlocking already unlocked string");
  flagsOf(S) &= ~StrLocked;
  return S;
}

void rb_str_modify(VALUE S) {
  RHEAP_API_ON(S);
  checkModifiable(S);
  if (flagsOf(S) & (StrShared | StrNoFree))
    makeRoom(S, size_t(strLen(S)));
}

void rb_str_modify_expand(VALUE S, long Expand) {
  RHEAP_API_ON(S);
  checkModifiable(S);
  if (Expand < 0)
    rb_raise(rb_eArgError, "negative expanding string size");
  makeRoom(S, size_t(strLen(S)) + size_t(Expand));
}

size_t rb_str_capacity(VALUE S) {
  RHEAP_API_ON(S);
  return strCapacity(S);
}

VALUE rb_str_resize(VALUE S, long Len) {
  RHEAP_API_ON(S);
  if (Len < 0)
    rb_raise(rb_eArgError, "negative string size (or size too big)");
  checkModifiable(S);
  if (Len == strLen(S))
    return S;
  makeRoom(S, size_t(Len));
  setLength(S, size_t(Len));
  return S;
}

void rb_str_set_len(VALUE S, long Len) {
  RHEAP_API_ON(S);
  rb_str_modify(S);
  if (Len < 0 || size_t(Len) > strCapacity(S))
    rb_bug("probable buffer overflow: %ld for %zu", Len, strCapacity(S));
  setLength(S, size_t(Len));
}

VALUE rb_str_cat(VALUE S, const char *Ptr, long Len) {
  RHEAP_API_ON(S);
  if (Len < 0)
    rb_raise(rb_eArgError, "negative string size (or size too big)");
  checkModifiable(S);
  appendBytes(S, Ptr, size_t(Len));
  return S;
}

VALUE rb_str_cat_cstr(VALUE S, const char *Ptr) {
  RHEAP_API_ON(S);
  return rb_str_cat(S, Ptr, long(strlen(Ptr)));
}

VALUE rb_str_append(VALUE S, VALUE Other) {
  RHEAP_API_ON(S);
  RHEAP_API_VALUE(Other);
  StringValue(Other);
  rb_str_cat(S, strPtr(Other), strLen(Other));
  RB_GC_GUARD(Other);
  return S;
}

VALUE rb_str_buf_append(VALUE S, VALUE Other) {
  RHEAP_API_ON(S);
  return rb_str_append(S, Other);
}

VALUE rb_str_concat(VALUE S, VALUE Other) {
  RHEAP_API_ON(S);
  if (!RB_FIXNUM_P(Other))
    return rb_str_append(S, Other);
  char Byte = char(RB_FIX2LONG(Other));
  return rb_str_cat(S, &Byte, 1);
}

VALUE rb_str_replace(VALUE S, VALUE Other) {
  RHEAP_API_ON(S);
  StringValue(Other);
  if (S == Other)
    return S;
  checkModifiable(S);
  setLength(S, 0);
  return rb_str_append(S, Other);
}

VALUE rb_str_plus(VALUE Left, VALUE Right) {
  RHEAP_API_ON(Left);
  RHEAP_API_VALUE(Right);
  StringValue(Right);
  long L = strLen(Left), R = strLen(Right);
  VALUE S = newString(rb_cString, nullptr, size_t(L + R));
  memcpy(strPtr(S), strPtr(Left), size_t(L));
  memcpy(strPtr(S) + L, strPtr(Right), size_t(R));
  RB_GC_GUARD(Left);
  RB_GC_GUARD(Right);
  return S;
}

VALUE rb_str_times(VALUE S, VALUE Times) {
  RHEAP_API_ON(S);
  long N = NUM2LONG(Times), Len = strLen(S);
  if (N < 0)
    rb_raise(rb_eArgError, "negative argument");
  if (Len && N > LONG_MAX / Len)
    rb_raise(rb_eArgError, "argument too big");
  VALUE All = newString(rb_cString, nullptr, size_t(N * Len));
  for (long I = 0; I < N; ++I)
    memcpy(strPtr(All) + I * Len, strPtr(S), size_t(Len));
  RB_GC_GUARD(S);
  return All;
}

// Comparing and converting

VALUE rb_str_equal(VALUE Left, VALUE Right) {
  RHEAP_API_ON(Left);
  return RBOOL(isHeapType(Right, T_STRING) && sameBytes(Left, Right));
}

int rb_str_cmp(VALUE Left, VALUE Right) {
  RHEAP_API_ON(Left);
  long L = strLen(Left), R = strLen(Right);
  int Order = memcmp(strPtr(Left), strPtr(Right), size_t(std::min(L, R)));
  return Order ? (Order < 0 ? -1 : 1) : L < R ? -1 : L > R;
}

VALUE rb_str_length(VALUE S) {
  RHEAP_API_ON(S);
  return RB_LONG2NUM(strLen(S));
}

long rb_str_strlen(VALUE S) {
  RHEAP_API_ON(S);
  return strLen(S);
}

VALUE rb_str_to_str(VALUE V) {
  RHEAP_API_ON(V);
  return rb_convert_type(V, T_STRING, "String", "to_str");
}

VALUE rb_string_value(volatile VALUE *V) {
  RHEAP_API();
  VALUE S = *V;
  if (!isHeapType(S, T_STRING))
    *V = S = rb_str_to_str(S);
  return S;
}

char *rb_string_value_ptr(volatile VALUE *V) {
  RHEAP_API();
  return lend(strPtr(rb_string_value(V)));
}

char *rb_string_value_cstr(volatile VALUE *V) {
  RHEAP_API();
  VALUE S = rb_string_value(V);
  if (memchr(strPtr(S), '\0', size_t(strLen(S))))
    rb_raise(rb_eArgError, "string contains null byte");
  // Static and shared bytes need not end in one.
  if (flagsOf(S) & (StrShared | StrNoFree)) {
    makeRoom(S, size_t(strLen(S)));
    setLength(S, size_t(strLen(S)));
  }
  return strPtr(S);
}

VALUE rb_check_string_type(VALUE V) {
  RHEAP_API_ON(V);
  return rb_check_convert_type(V, T_STRING, "String", "to_str");
}

VALUE rb_String(VALUE V) {
  RHEAP_API_ON(V);
  return rb_obj_as_string(V);
}

VALUE rb_obj_as_string(VALUE V) {
  RHEAP_API_ON(V);
  if (isHeapType(V, T_STRING))
    return V;
  VALUE S = callMethod(V, Id.ToS, 0, nullptr);
  return isHeapType(S, T_STRING) ? S : rb_any_to_s(V);
}

VALUE rb_inspect(VALUE V) {
  RHEAP_API_ON(V);
  return rb_obj_as_string(callMethod(V, Id.Inspect, 0, nullptr));
}

VALUE rb_str_inspect(VALUE S) {
  RHEAP_API_ON(S);
  VALUE Out = rb_str_new_cstr("\"");
  for (long I = 0; I < strLen(S); ++I) {
    unsigned char C = static_cast<unsigned char>(strPtr(S)[I]);
    char Text[8];
    if (C == '"' || C == '\\')
      snprintf(Text, sizeof(Text), "\\%c", C);
    else if (C == '\n')
      snprintf(Text, sizeof(Text), "\\n");
    else if (C == '\t')
      snprintf(Text, sizeof(Text), "\\t");
    else if (C < 0x20 || C == 0x7f)
      snprintf(Text, sizeof(Text), "\\x%02X", C);
    else
      snprintf(Text, sizeof(Text), "%c", C);
    appendBytes(Out, Text, strlen(Text));
  }
  appendBytes(Out, "\"", 1);
  RB_GC_GUARD(S);
  return Out;
}

// F.noembed

VALUE rb_str_tmp_frozen_no_embed_acquire(VALUE S) {
  RHEAP_API_ON(S);
  // This heap never embeds an external string again, so a frozen one will do.
  if ((flagsOf(S) & FL_FREEZE) && !isEmbeddedString(S))
    return S;
  VALUE Tmp = newExternalString(0, size_t(strLen(S)));
  memcpy(strPtr(Tmp), strPtr(S), size_t(strLen(S)));
  setLength(Tmp, size_t(strLen(S)));
  // Nothing that shares it later may free or embed its bytes.
  flagsOf(Tmp) |= FL_FREEZE | StrSharedRoot;
  heap().External.freeze(ownedBytes(Tmp));
  RB_GC_GUARD(S);
  return Tmp;
}

void rb_str_tmp_frozen_release(VALUE S, VALUE Tmp) {
  RHEAP_API_ON(S);
  if (S == Tmp)
    return;
  freeStringBytes(Tmp);
  flagsOf(Tmp) &= ~RSTRING_NOEMBED;
  setLength(Tmp, 0);
}
