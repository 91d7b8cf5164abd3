/* ruby/re.h - There are no regular expressions here; the header is included by
 * extensions that need none Part of gvlsan, under the Apache License v2.0. See
 * LICENSE. */
#ifndef RUBY_RE_H
#define RUBY_RE_H 1
#include "ruby/ruby.h"
#endif
