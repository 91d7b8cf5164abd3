/* ruby/internal/struct.h - Objects with named members
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_INTERNAL_STRUCT_H
#define RUBY_INTERNAL_STRUCT_H
RUBY_BEGIN_DECLS
/* The names end with NULL; name itself may be NULL. */
VALUE rb_struct_define(const char *name, ...);
VALUE rb_struct_define_under(VALUE outer, const char *name, ...);
/* As many values as the class has members. */
VALUE rb_struct_new(VALUE klass, ...);
VALUE rb_struct_alloc(VALUE klass, VALUE values);
VALUE rb_struct_initialize(VALUE self, VALUE values);
VALUE rb_struct_members(VALUE self);
VALUE rb_struct_s_members(VALUE klass);
/* By number, or by a symbol or string; IndexError, NameError. */
VALUE rb_struct_aref(VALUE self, VALUE member);
VALUE rb_struct_aset(VALUE self, VALUE member, VALUE v);
VALUE rb_struct_getmember(VALUE self, ID name);
VALUE rb_struct_size(VALUE self);
RUBY_END_DECLS
#define RSTRUCT_GET(self, i) rb_struct_aref((self), RB_INT2FIX(i))
#define RSTRUCT_SET(self, i, v) rb_struct_aset((self), RB_INT2FIX(i), (v))
#define RSTRUCT_LEN(self) RB_NUM2LONG(rb_struct_size(self))
#endif
