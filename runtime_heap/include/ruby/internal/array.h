/* ruby/internal/array.h - Arrays
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_INTERNAL_ARRAY_H
#define RUBY_INTERNAL_ARRAY_H
RUBY_BEGIN_DECLS
/* Accessors: rule R1.b without the lock. */
long rb_array_len(VALUE ary);
VALUE rb_array_aref(VALUE ary, long i);
const VALUE *rb_array_const_ptr(VALUE ary);
/* Whoever has this may store elements: the array is written to without the
 * barrier from now on. */
VALUE *rb_array_ptr(VALUE ary);
void rb_array_aset(VALUE ary, long i, VALUE v);

VALUE rb_ary_new(void);
VALUE rb_ary_new_capa(long capa);
VALUE rb_ary_new_from_args(long n, ...);
VALUE rb_ary_new_from_values(long n, const VALUE *elements);
VALUE rb_ary_hidden_new(long capa);
VALUE rb_assoc_new(VALUE key, VALUE value);
VALUE rb_ary_plus(VALUE left, VALUE right);
VALUE rb_ary_push(VALUE ary, VALUE v);
VALUE rb_ary_cat(VALUE ary, const VALUE *elements, long n);
VALUE rb_ary_pop(VALUE ary);
VALUE rb_ary_shift(VALUE ary);
VALUE rb_ary_unshift(VALUE ary, VALUE v);
VALUE rb_ary_entry(VALUE ary, long i);
void rb_ary_store(VALUE ary, long i, VALUE v);
VALUE rb_ary_dup(VALUE ary);
/* nil when begin is outside or len negative. */
VALUE rb_ary_subseq(VALUE ary, long begin, long len);
VALUE rb_ary_reverse(VALUE ary);
VALUE rb_ary_delete_at(VALUE ary, long i);
VALUE rb_ary_clear(VALUE ary);
VALUE rb_ary_concat(VALUE ary, VALUE other);
VALUE rb_ary_includes(VALUE ary, VALUE v);
VALUE rb_ary_join(VALUE ary, VALUE separator);
VALUE rb_ary_freeze(VALUE ary);
VALUE rb_ary_resize(VALUE ary, long len);
VALUE rb_ary_each(VALUE ary);
VALUE rb_check_array_type(VALUE v);
VALUE rb_Array(VALUE v);
RUBY_END_DECLS
#define RARRAY_LEN rb_array_len
#define RARRAY_LENINT(ary) ((int)rb_array_len(ary))
#define RARRAY_AREF rb_array_aref
#define RARRAY_ASET rb_array_aset
#define RARRAY_CONST_PTR rb_array_const_ptr
#define RARRAY_PTR rb_array_ptr
#define RARRAY_PTR_USE(ary, name, expr)                                        \
  do {                                                                         \
    VALUE *name = RARRAY_PTR(ary); /* NOLINT(bugprone-macro-parentheses) */    \
    expr;                                                                      \
  } while (0)
#define rb_ary_new2 rb_ary_new_capa
#define rb_ary_new3 rb_ary_new_from_args
#define rb_ary_new4 rb_ary_new_from_values
#define rb_ary_tmp_new rb_ary_hidden_new
#endif
