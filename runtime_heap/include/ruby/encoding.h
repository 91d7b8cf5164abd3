/* ruby/encoding.h - Encodings by name; strings are bytes here
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_ENCODING_H
#define RUBY_ENCODING_H 1
#include "ruby/ruby.h"
typedef struct rheap_encoding {
  const char *name;
  int max_enc_len; /* bytes of its longest character */
} rb_encoding;
RUBY_BEGIN_DECLS
/* Without the lock too: encodings are static. */
rb_encoding *rb_utf8_encoding(void);
rb_encoding *rb_ascii8bit_encoding(void);
rb_encoding *rb_usascii_encoding(void);
rb_encoding *rb_locale_encoding(void);
rb_encoding *rb_default_external_encoding(void);
rb_encoding *rb_default_internal_encoding(void);
rb_encoding *rb_enc_find(const char *name);
int rb_utf8_encindex(void);
int rb_ascii8bit_encindex(void);
int rb_usascii_encindex(void);
int rb_enc_find_index(const char *name);
rb_encoding *rb_enc_from_index(int index);
int rb_enc_to_index(rb_encoding *encoding);
/* The character at p, whose bytes are counted in *len; raises ArgumentError,
 * hence needs the lock, where there is none. */
unsigned rb_enc_codepoint_len(const char *p, const char *end, int *len,
                              rb_encoding *encoding);
/* How many bytes it has; 1 where there is none. Without the lock too. */
int rb_enc_mbclen(const char *p, const char *end, rb_encoding *encoding);
/* Need the lock. */
rb_encoding *rb_enc_get(VALUE v);
int rb_enc_get_index(VALUE v);
VALUE rb_enc_associate(VALUE v, rb_encoding *encoding);
VALUE rb_enc_associate_index(VALUE v, int index);
VALUE rb_enc_str_new(const char *ptr, long len, rb_encoding *encoding);
VALUE rb_enc_str_new_cstr(const char *ptr, rb_encoding *encoding);
VALUE rb_external_str_new_with_enc(const char *ptr, long len,
                                   rb_encoding *encoding);
VALUE rb_str_export_to_enc(VALUE str, rb_encoding *encoding);
VALUE rb_enc_interned_str(const char *ptr, long len, rb_encoding *encoding);
VALUE rb_enc_interned_str_cstr(const char *ptr, rb_encoding *encoding);
VALUE rb_str_conv_enc(VALUE str, rb_encoding *from, rb_encoding *to);
/* Computed at each call. */
int rb_enc_str_coderange(VALUE str);
int rb_enc_str_asciionly_p(VALUE str);
RUBY_END_DECLS
#define RUBY_ENC_CODERANGE_UNKNOWN 0
#define RUBY_ENC_CODERANGE_7BIT ((int)RHEAP_FL_USER(8))
#define RUBY_ENC_CODERANGE_VALID ((int)RHEAP_FL_USER(9))
#define RUBY_ENC_CODERANGE_BROKEN                                              \
  (RUBY_ENC_CODERANGE_7BIT | RUBY_ENC_CODERANGE_VALID)
#define ENC_CODERANGE_UNKNOWN RUBY_ENC_CODERANGE_UNKNOWN
#define ENC_CODERANGE_7BIT RUBY_ENC_CODERANGE_7BIT
#define ENC_CODERANGE_VALID RUBY_ENC_CODERANGE_VALID
#define ENC_CODERANGE_BROKEN RUBY_ENC_CODERANGE_BROKEN
#define RB_ENC_CODERANGE rb_enc_str_coderange
#define ENC_CODERANGE rb_enc_str_coderange
#define rb_enc_asciicompat(encoding) ((void)(encoding), 1)
#define rb_enc_mbminlen(encoding) ((void)(encoding), 1)
#define rb_enc_mbmaxlen(encoding) ((encoding)->max_enc_len)
#define rb_enc_name(encoding) ((encoding)->name)
#define ENCODING_GET(v) rb_enc_get_index(v)
#define ENCODING_SET(v, index) rb_enc_associate_index((v), (index))
#endif
