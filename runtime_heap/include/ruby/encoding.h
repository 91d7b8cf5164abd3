/* ruby/encoding.h - Encodings by name; strings are bytes here
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_ENCODING_H
#define RUBY_ENCODING_H 1
#include "ruby/ruby.h"
typedef struct rheap_encoding {
  const char *name;
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
RUBY_END_DECLS
#define rb_enc_name(encoding) ((encoding)->name)
#define ENCODING_GET(v) rb_enc_get_index(v)
#endif
