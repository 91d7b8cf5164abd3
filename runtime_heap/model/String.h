//===- String.h - The bytes of a T_STRING -----------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_MODEL_STRING_H
#define RHEAP_MODEL_STRING_H

#include "heap/Slot.h"

namespace rheap {

// CRuby's bits of a string's flags.
inline constexpr VALUE StrShared = RUBY_ELTS_SHARED;
inline constexpr VALUE StrSharedRoot = RHEAP_FL_USER(5);
inline constexpr VALUE StrLocked = RHEAP_FL_USER(7);
inline constexpr VALUE StrNoFree = RHEAP_FL_USER(18);

inline constexpr size_t StrHeader = offsetof(RString, as);

inline bool isEmbeddedString(VALUE S) {
  return !(flagsOf(S) & RSTRING_NOEMBED);
}
inline char *strPtr(VALUE S) {
  return isEmbeddedString(S) ? RSTRING(S)->as.embed.ary
                             : RSTRING(S)->as.heap.ptr;
}
inline long strLen(VALUE S) { return RSTRING(S)->len; }

/// The buffer that \p S alone owns; nullptr when it is embedded, shared or
/// static.
inline char *ownedBytes(VALUE S) {
  VALUE F = flagsOf(S);
  return (F & RSTRING_NOEMBED) && !(F & (StrShared | StrNoFree))
             ? RSTRING(S)->as.heap.ptr
             : nullptr;
}

/// Bytes that fit without the terminator.
size_t strCapacity(VALUE S);

/// A string with \p Len bytes of \p Ptr (zero when it is null): embedded when
/// some slot holds it.
VALUE newString(VALUE Klass, const char *Ptr, size_t Len);
/// An empty external string, whatever \p Capa is.
VALUE newExternalString(VALUE Klass, size_t Capa);
/// Points at bytes that are never freed.
VALUE newStaticString(VALUE Klass, const char *Ptr, size_t Len);
/// The same bytes as \p S: shared with it where that saves a copy.
VALUE newSharedString(VALUE Klass, VALUE S);

/// Raises unless \p S may be modified.
void checkModifiable(VALUE S);
/// Gives \p S bytes of its own with room for \p Capa.
void makeRoom(VALUE S, size_t Capa);
void setLength(VALUE S, size_t Len);
void appendBytes(VALUE S, const char *Ptr, size_t Len);
bool sameBytes(VALUE A, VALUE B);

/// For the sweep.
void freeStringBytes(VALUE S);

} // namespace rheap

#endif // RHEAP_MODEL_STRING_H
