/* ruby/internal/class.h - Classes, modules and their methods
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_INTERNAL_CLASS_H
#define RUBY_INTERNAL_CLASS_H
typedef VALUE (*rb_method_func)(ANYARGS);
typedef VALUE (*rb_alloc_func_t)(VALUE klass);
#define RUBY_METHOD_FUNC(func) ((rb_method_func)(func))
RUBY_BEGIN_DECLS
VALUE rb_define_module(const char *name);
VALUE rb_define_module_under(VALUE outer, const char *name);
VALUE rb_define_class(const char *name, VALUE super);
VALUE rb_define_class_under(VALUE outer, const char *name, VALUE super);
VALUE rb_class_new(VALUE super);
VALUE rb_module_new(void);
VALUE rb_singleton_class(VALUE obj);
VALUE rb_class_superclass(VALUE klass);
void rb_include_module(VALUE klass, VALUE module);
void rb_extend_object(VALUE obj, VALUE module);
/* arity: the number of arguments, -1 for (argc, argv, self), -2 for
 * (self, array). */
void rb_define_method(VALUE klass, const char *name, rb_method_func func,
                      int arity);
void rb_define_method_id(VALUE klass, ID name, rb_method_func func, int arity);
void rb_define_private_method(VALUE klass, const char *name,
                              rb_method_func func, int arity);
void rb_define_protected_method(VALUE klass, const char *name,
                                rb_method_func func, int arity);
void rb_define_singleton_method(VALUE obj, const char *name,
                                rb_method_func func, int arity);
void rb_define_module_function(VALUE module, const char *name,
                               rb_method_func func, int arity);
void rb_define_global_function(const char *name, rb_method_func func,
                               int arity);
void rb_define_alloc_func(VALUE klass, rb_alloc_func_t func);
void rb_undef_alloc_func(VALUE klass);
void rb_define_alias(VALUE klass, const char *name, const char *old_name);
void rb_define_attr(VALUE klass, const char *name, int read, int write);
void rb_undef_method(VALUE klass, const char *name);
void rb_define_const(VALUE klass, const char *name, VALUE v);
void rb_define_global_const(const char *name, VALUE v);
RUBY_END_DECLS
/* A method has whatever arguments it likes: the cast is part of the API. */
#define rb_define_method(k, n, f, a)                                           \
  rb_define_method((k), (n), RUBY_METHOD_FUNC(f), (a))
#define rb_define_method_id(k, n, f, a)                                        \
  rb_define_method_id((k), (n), RUBY_METHOD_FUNC(f), (a))
#define rb_define_private_method(k, n, f, a)                                   \
  rb_define_private_method((k), (n), RUBY_METHOD_FUNC(f), (a))
#define rb_define_protected_method(k, n, f, a)                                 \
  rb_define_protected_method((k), (n), RUBY_METHOD_FUNC(f), (a))
#define rb_define_singleton_method(o, n, f, a)                                 \
  rb_define_singleton_method((o), (n), RUBY_METHOD_FUNC(f), (a))
#define rb_define_module_function(m, n, f, a)                                  \
  rb_define_module_function((m), (n), RUBY_METHOD_FUNC(f), (a))
#define rb_define_global_function(n, f, a)                                     \
  rb_define_global_function((n), RUBY_METHOD_FUNC(f), (a))
#endif
