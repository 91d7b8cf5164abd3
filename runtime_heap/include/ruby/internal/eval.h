/* ruby/internal/eval.h - Calls, blocks, arguments
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_INTERNAL_EVAL_H
#define RUBY_INTERNAL_EVAL_H
#define RB_BLOCK_CALL_FUNC_ARGLIST(yielded_arg, callback_arg)                  \
  VALUE yielded_arg, VALUE callback_arg, int argc, const VALUE *argv,          \
      VALUE blockarg
typedef VALUE rb_block_call_func(RB_BLOCK_CALL_FUNC_ARGLIST(y, c));
typedef rb_block_call_func *rb_block_call_func_t;
RUBY_BEGIN_DECLS
VALUE rb_funcall(VALUE recv, ID mid, int argc, ...);
VALUE rb_funcallv(VALUE recv, ID mid, int argc, const VALUE *argv);
VALUE rb_funcallv_public(VALUE recv, ID mid, int argc, const VALUE *argv);
VALUE rb_funcall_with_block(VALUE recv, ID mid, int argc, const VALUE *argv,
                            VALUE proc);
VALUE rb_check_funcall(VALUE recv, ID mid, int argc, const VALUE *argv);
VALUE rb_call_super(int argc, const VALUE *argv);
VALUE rb_current_receiver(void);
int rb_respond_to(VALUE obj, ID mid);
int rb_obj_respond_to(VALUE obj, ID mid, int include_private);
int rb_method_boundp(VALUE klass, ID mid, int exclude_private);

VALUE rb_yield(VALUE v);
VALUE rb_yield_values(int n, ...);
VALUE rb_yield_values2(int argc, const VALUE *argv);
int rb_block_given_p(void);
void rb_need_block(void);
VALUE rb_block_proc(void);
VALUE rb_proc_new(rb_block_call_func_t func, VALUE callback_arg);
VALUE rb_proc_call(VALUE proc, VALUE args);
VALUE rb_proc_call_kw(VALUE proc, VALUE args, int kw_splat);
VALUE rb_obj_is_proc(VALUE v);
VALUE rb_block_call(VALUE obj, ID mid, int argc, const VALUE *argv,
                    rb_block_call_func_t func, VALUE callback_arg);
VALUE rb_each(VALUE obj);
/* From a block: ends the rb_block_call that was given it, which returns v. */
void rb_iter_break(void) __attribute__((noreturn));
void rb_iter_break_value(VALUE v) __attribute__((noreturn));

/* func gets the tag; what is thrown to it is the result. */
VALUE rb_catch(const char *tag, rb_block_call_func_t func, VALUE arg);
VALUE rb_catch_obj(VALUE tag, rb_block_call_func_t func, VALUE arg);
void rb_throw(const char *tag, VALUE v) __attribute__((noreturn));
void rb_throw_obj(VALUE tag, VALUE v) __attribute__((noreturn));

/* The format of CRuby: required, optional, *, trailing, :, & */
int rb_scan_args(int argc, const VALUE *argv, const char *format, ...);
int rb_keyword_given_p(void);
int rb_get_kwargs(VALUE hash, const ID *table, int required, int optional,
                  VALUE *values);
void rb_error_arity(int argc, int min, int max) __attribute__((noreturn));
VALUE rb_require(const char *feature);
RUBY_END_DECLS
#define rb_funcall2 rb_funcallv
#define rb_funcall3 rb_funcallv_public
#define UNLIMITED_ARGUMENTS (-1)
static inline int rb_check_arity(int argc, int min, int max) {
  if (argc < min || (max != UNLIMITED_ARGUMENTS && argc > max))
    rb_error_arity(argc, min, max);
  return argc;
}
#endif
