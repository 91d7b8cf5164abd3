/* ruby/internal/error.h - Exceptions
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_INTERNAL_ERROR_H
#define RUBY_INTERNAL_ERROR_H
RUBY_BEGIN_DECLS
PRINTF_ARGS(NORETURN(void rb_raise(VALUE klass, const char *format, ...)), 2,
            3);
NORETURN(void rb_exc_raise(VALUE exception));
NORETURN(void rb_sys_fail(const char *message));
NORETURN(void rb_sys_fail_str(VALUE message));
NORETURN(void rb_syserr_fail(int error, const char *message));
NORETURN(void rb_notimplement(void));
NORETURN(void rb_invalid_str(const char *str, const char *type));
PRINTF_ARGS(NORETURN(void rb_fatal(const char *format, ...)), 1, 2);
PRINTF_ARGS(NORETURN(void rb_bug(const char *format, ...)), 1, 2);
PRINTF_ARGS(void rb_warn(const char *format, ...), 1, 2);
PRINTF_ARGS(void rb_warning(const char *format, ...), 1, 2);
VALUE rb_exc_new(VALUE klass, const char *ptr, long len);
VALUE rb_exc_new_cstr(VALUE klass, const char *message);
VALUE rb_exc_new_str(VALUE klass, VALUE message);
VALUE rb_syserr_new(int error, const char *message);
VALUE rb_syserr_new_str(int error, VALUE message);
NORETURN(void rb_syserr_fail_str(int error, VALUE message));
VALUE rb_errinfo(void);
void rb_set_errinfo(VALUE exception);
/* Both save what is thrown through them; state is 0 when nothing was. */
VALUE rb_protect(VALUE (*func)(VALUE), VALUE arg, int *state);
NORETURN(void rb_jump_tag(int state));
VALUE rb_ensure(VALUE (*body)(VALUE), VALUE arg, VALUE (*ensure)(VALUE),
                VALUE ensure_arg);
VALUE rb_rescue(VALUE (*body)(VALUE), VALUE arg, VALUE (*rescue)(VALUE, VALUE),
                VALUE rescue_arg);
/* Classes of exceptions follow, then (VALUE)0. */
VALUE rb_rescue2(VALUE (*body)(VALUE), VALUE arg, VALUE (*rescue)(VALUE, VALUE),
                 VALUE rescue_arg, ...);
/* errno of the calling thread. Without the lock too. */
int rb_errno(void);
void rb_errno_set(int error);
int *rb_errno_ptr(void);
RUBY_END_DECLS
#define rb_exc_new2 rb_exc_new_cstr
#define rb_exc_new3 rb_exc_new_str
#endif
