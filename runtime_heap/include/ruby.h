/* ruby.h - The C API of the runtime heap, source compatible with Ruby's
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_H
#define RUBY_H 1
#include "ruby/ruby.h"
#endif
