//===- Encoding.cpp - Encodings by name -----------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "ruby/encoding.h"

#include "judge/Judge.h"
#include "model/String.h"

#include <strings.h>

using namespace rheap;

// Strings are bytes here and carry no encoding: what is asked of one is the
// default, and what is set is checked and dropped.

static rb_encoding Encodings[] = {{"ASCII-8BIT"}, {"UTF-8"}, {"US-ASCII"}};
static constexpr int NumEncodings = 3;

rb_encoding *rb_ascii8bit_encoding(void) { return &Encodings[0]; }
rb_encoding *rb_utf8_encoding(void) { return &Encodings[1]; }
rb_encoding *rb_usascii_encoding(void) { return &Encodings[2]; }
rb_encoding *rb_locale_encoding(void) { return &Encodings[1]; }
rb_encoding *rb_default_external_encoding(void) { return &Encodings[1]; }
rb_encoding *rb_default_internal_encoding(void) { return nullptr; }
int rb_ascii8bit_encindex(void) { return 0; }
int rb_utf8_encindex(void) { return 1; }
int rb_usascii_encindex(void) { return 2; }

int rb_enc_find_index(const char *Name) {
  for (int I = 0; I < NumEncodings; ++I)
    if (!strcasecmp(Encodings[I].name, Name))
      return I;
  return -1;
}

rb_encoding *rb_enc_from_index(int Index) {
  return Index >= 0 && Index < NumEncodings ? &Encodings[Index] : nullptr;
}

rb_encoding *rb_enc_find(const char *Name) {
  return rb_enc_from_index(rb_enc_find_index(Name));
}

rb_encoding *rb_enc_get(VALUE V) {
  RHEAP_API();
  return rb_utf8_encoding();
}

int rb_enc_get_index(VALUE V) {
  RHEAP_API();
  return rb_utf8_encindex();
}

VALUE rb_enc_associate(VALUE V, rb_encoding *) {
  RHEAP_API();
  rb_check_frozen(V);
  return V;
}

VALUE rb_enc_associate_index(VALUE V, int) {
  RHEAP_API();
  rb_check_frozen(V);
  return V;
}

VALUE rb_enc_str_new(const char *Ptr, long Len, rb_encoding *) {
  RHEAP_API();
  return rb_str_new(Ptr, Len);
}

VALUE rb_enc_str_new_cstr(const char *Ptr, rb_encoding *) {
  RHEAP_API();
  return rb_str_new_cstr(Ptr);
}

VALUE rb_external_str_new_with_enc(const char *Ptr, long Len, rb_encoding *) {
  RHEAP_API();
  return rb_str_new(Ptr, Len);
}

VALUE rb_str_export_to_enc(VALUE S, rb_encoding *) {
  RHEAP_API();
  return S;
}
