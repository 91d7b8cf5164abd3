/* ruby/internal/symbol.h - Names
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_INTERNAL_SYMBOL_H
#define RUBY_INTERNAL_SYMBOL_H
RUBY_BEGIN_DECLS
ID rb_intern(const char *name);
ID rb_intern2(const char *name, long length);
ID rb_intern3(const char *name, long length, void *encoding);
ID rb_intern_str(VALUE string);
ID rb_to_id(VALUE name);
ID rb_sym2id(VALUE symbol);
VALUE rb_id2sym(ID id);
VALUE rb_id2str(ID id);
VALUE rb_sym2str(VALUE symbol);
VALUE rb_sym_to_s(VALUE symbol);
VALUE rb_to_symbol(VALUE name);
VALUE rb_str_intern(VALUE string);
const char *rb_id2name(ID id);
ID rb_check_id(volatile VALUE *name);
RUBY_END_DECLS
#define RB_ID2SYM rb_id2sym
#define RB_SYM2ID rb_sym2id
#define ID2SYM rb_id2sym
#define SYM2ID rb_sym2id
#define rb_intern_const(name) rb_intern2((name), (long)strlen(name))
#define CONST_ID(var, name) ((var) = rb_intern(name))
#define CONST_ID_CACHE(result, name)
#endif
