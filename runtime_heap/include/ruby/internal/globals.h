/* ruby/internal/globals.h - Classes, modules and exceptions that exist from the
 * start Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_INTERNAL_GLOBALS_H
#define RUBY_INTERNAL_GLOBALS_H
RUBY_BEGIN_DECLS
#define RHEAP_GLOBAL(variable, name, super) RUBY_EXTERN VALUE variable;
#include "ruby/internal/globals.inc"
#undef RHEAP_GLOBAL
RUBY_EXTERN VALUE rb_stdout;
RUBY_EXTERN VALUE rb_stderr;
RUBY_EXTERN VALUE rb_stdin;
RUBY_END_DECLS
#endif
