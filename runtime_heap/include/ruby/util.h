/* ruby/util.h - Small functions on C strings
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_UTIL_H
#define RUBY_UTIL_H 1
#include "ruby/ruby.h" /* ruby_strdup */
#define ruby_strtod strtod
#define ruby_strtoul strtoul
#define ruby_qsort qsort_r
#endif
