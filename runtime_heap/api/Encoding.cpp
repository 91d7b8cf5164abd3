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

static rb_encoding Encodings[] = {
    {"ASCII-8BIT", 1}, {"UTF-8", 4}, {"US-ASCII", 1}};
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

int rb_enc_to_index(rb_encoding *E) { return E ? int(E - Encodings) : 0; }

/// How many bytes the character at \p P has in UTF-8; 0 where there is none
/// (RFC 3629). \p Code is its number.
static int decode(const char *P, const char *End, unsigned &Code) {
  auto At = [&](int I) { return static_cast<unsigned char>(P[I]); };
  unsigned First = At(0);
  int Len = First < 0x80 ? 1 : First < 0xe0 ? 2 : First < 0xf0 ? 3 : 4;
  Code = First;
  if (Len == 1)
    return 1;
  if (First < 0xc2 || First > 0xf4 || End - P < Len)
    return 0;
  Code = First & (0x7fu >> Len);
  for (int I = 1; I < Len; ++I) {
    if ((At(I) & 0xc0) != 0x80)
      return 0;
    Code = Code << 6 | (At(I) & 0x3f);
  }
  constexpr unsigned Least[] = {0, 0, 0x80, 0x800, 0x10000};
  bool Surrogate = Code >= 0xd800 && Code < 0xe000;
  return Code < Least[Len] || Code > 0x10ffff || Surrogate ? 0 : Len;
}

static int lengthAt(const char *P, const char *End, const rb_encoding *E,
                    unsigned &Code) {
  if (E == &Encodings[1])
    return decode(P, End, Code);
  Code = static_cast<unsigned char>(*P);
  return E == &Encodings[2] && Code > 0x7f ? 0 : 1;
}

unsigned rb_enc_codepoint_len(const char *P, const char *End, int *Len,
                              rb_encoding *E) {
  RHEAP_API();
  unsigned Code;
  if (P >= End)
    rb_raise(rb_eArgError, "empty string");
  int N = lengthAt(P, End, E, Code);
  if (!N)
    rb_raise(rb_eArgError, "invalid byte sequence in %s", E->name);
  if (Len)
    *Len = N;
  return Code;
}

int rb_enc_mbclen(const char *P, const char *End, rb_encoding *E) {
  unsigned Code;
  int N = P < End ? lengthAt(P, End, E, Code) : 0;
  return N ? N : 1;
}

int rb_enc_str_coderange(VALUE S) {
  RHEAP_API_ON(S);
  int Range = ENC_CODERANGE_7BIT;
  const char *End = strPtr(S) + strLen(S);
  for (const char *P = strPtr(S); P < End;) {
    unsigned Code;
    int N = decode(P, End, Code);
    if (!N)
      return ENC_CODERANGE_BROKEN;
    if (N > 1)
      Range = ENC_CODERANGE_VALID;
    P += N;
  }
  return Range;
}

int rb_enc_str_asciionly_p(VALUE S) {
  RHEAP_API_ON(S);
  return rb_enc_str_coderange(S) == ENC_CODERANGE_7BIT;
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

VALUE rb_enc_interned_str(const char *Ptr, long Len, rb_encoding *) {
  RHEAP_API();
  return rb_interned_str(Ptr, Len);
}

VALUE rb_enc_interned_str_cstr(const char *Ptr, rb_encoding *) {
  RHEAP_API();
  return rb_interned_str_cstr(Ptr);
}

VALUE rb_str_conv_enc(VALUE S, rb_encoding *, rb_encoding *) {
  RHEAP_API_ON(S);
  return S;
}
