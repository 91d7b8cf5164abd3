/* ruby/internal/string.h - Strings
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_INTERNAL_STRING_H
#define RUBY_INTERNAL_STRING_H
RUBY_BEGIN_DECLS
/* Accessors: rule R1.b without the lock. The pointer of an embedded string
 * points into the slot. */
char *RSTRING_PTR(VALUE str);
long RSTRING_LEN(VALUE str);
char *RSTRING_END(VALUE str);
int RSTRING_LENINT(VALUE str);

VALUE rb_str_new(const char *ptr, long len);
VALUE rb_str_new_cstr(const char *ptr);
VALUE rb_str_new_static(const char *ptr, long len);
VALUE rb_str_new_frozen(VALUE str);
VALUE rb_str_new_shared(VALUE str);
VALUE rb_str_new_with_class(VALUE obj, const char *ptr, long len);
VALUE rb_usascii_str_new(const char *ptr, long len);
VALUE rb_usascii_str_new_cstr(const char *ptr);
VALUE rb_utf8_str_new(const char *ptr, long len);
VALUE rb_utf8_str_new_cstr(const char *ptr);
VALUE rb_utf8_str_new_static(const char *ptr, long len);
VALUE rb_external_str_new(const char *ptr, long len);
VALUE rb_external_str_new_cstr(const char *ptr);
VALUE rb_locale_str_new(const char *ptr, long len);
VALUE rb_locale_str_new_cstr(const char *ptr);
VALUE rb_interned_str(const char *ptr, long len);
VALUE rb_interned_str_cstr(const char *ptr);
VALUE rb_str_buf_new(long capa);
VALUE rb_str_buf_new_cstr(const char *ptr);
VALUE rb_str_buf_append(VALUE str, VALUE other);
/* Hidden from Ruby code; zero bytes, embedded when they are few. */
VALUE rb_str_tmp_new(long len);

VALUE rb_str_resize(VALUE str, long len);
void rb_str_set_len(VALUE str, long len);
void rb_str_modify(VALUE str);
void rb_str_modify_expand(VALUE str, long expand);
size_t rb_str_capacity(VALUE str);
VALUE rb_str_cat(VALUE str, const char *ptr, long len);
VALUE rb_str_cat_cstr(VALUE str, const char *ptr);
VALUE rb_str_append(VALUE str, VALUE other);
VALUE rb_str_concat(VALUE str, VALUE other);
VALUE rb_str_plus(VALUE left, VALUE right);
VALUE rb_str_times(VALUE str, VALUE times);
VALUE rb_str_dup(VALUE str);
VALUE rb_str_resurrect(VALUE str);
VALUE rb_str_dup_frozen(VALUE str);
VALUE rb_str_freeze(VALUE str);
VALUE rb_str_substr(VALUE str, long begin, long len);
VALUE rb_str_subseq(VALUE str, long begin, long len);
VALUE rb_str_replace(VALUE str, VALUE other);
VALUE rb_str_equal(VALUE left, VALUE right);
int rb_str_cmp(VALUE left, VALUE right);
VALUE rb_str_length(VALUE str);
long rb_str_strlen(VALUE str);
VALUE rb_str_inspect(VALUE str);
VALUE rb_str_to_str(VALUE v);
/* Raise RuntimeError when the string is, or is not, locked already. While it
 * is, every modification raises. */
VALUE rb_str_locktmp(VALUE str);
VALUE rb_str_unlocktmp(VALUE str);
VALUE rb_string_value(volatile VALUE *v);
char *rb_string_value_ptr(volatile VALUE *v);
char *rb_string_value_cstr(volatile VALUE *v);
VALUE rb_check_string_type(VALUE v);
VALUE rb_String(VALUE v);
VALUE rb_obj_as_string(VALUE v);
VALUE rb_inspect(VALUE v);
PRINTF_ARGS(VALUE rb_sprintf(const char *format, ...), 1, 2);
VALUE rb_vsprintf(const char *format, va_list ap);
PRINTF_ARGS(VALUE rb_str_catf(VALUE str, const char *format, ...), 2, 3);
VALUE rb_str_vcatf(VALUE str, const char *format, va_list ap);
VALUE rb_cstr2inum(const char *str, int base);
VALUE rb_cstr_to_inum(const char *str, int base, int badcheck);
VALUE rb_str_to_inum(VALUE str, int base, int badcheck);
VALUE rb_fix2str(VALUE fixnum, int base);
RUBY_END_DECLS

#define RSTRING_PTR RSTRING_PTR
#define RSTRING_LEN RSTRING_LEN
#define RSTRING_END RSTRING_END
#define RSTRING_LENINT RSTRING_LENINT
#define RSTRING_GETMEM(str, ptrvar, lenvar)                                    \
  ((ptrvar) = RSTRING_PTR(str), (lenvar) = RSTRING_LEN(str))
#define StringValue(v) rb_string_value(&(v))
#define StringValuePtr(v) rb_string_value_ptr(&(v))
#define StringValueCStr(v) rb_string_value_cstr(&(v))
#define SafeStringValue(v) StringValue(v)
#define ExportStringValue(v) StringValue(v)
#define rb_str_new2 rb_str_new_cstr
#define rb_str_new3 rb_str_new_shared
#define rb_str_new4 rb_str_new_frozen
#define rb_str_new_literal(s) rb_str_new_static((s), (long)sizeof(s) - 1)
#define rb_str_new_lit rb_str_new_literal
#define rb_utf8_str_new_literal(s)                                             \
  rb_utf8_str_new_static((s), (long)sizeof(s) - 1)
#define rb_utf8_str_new_lit rb_utf8_str_new_literal
#define rb_str_cat2 rb_str_cat_cstr
#define rb_str_buf_cat rb_str_cat
#define rb_str_buf_cat2 rb_str_cat_cstr
#define rb_str_buf_cat_ascii rb_str_cat_cstr
#endif
