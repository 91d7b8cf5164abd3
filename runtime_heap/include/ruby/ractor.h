/* ruby/ractor.h - What may be shared between Ractors, of which there is one
 * here Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_RACTOR_H
#define RUBY_RACTOR_H 1
#include "ruby/ruby.h"
#include <stdbool.h>
RUBY_BEGIN_DECLS
/* Whether nothing that v leads to can change: classes, numbers, and what is
 * frozen, down to the last element; a T_DATA if its type has
 * RUBY_TYPED_FROZEN_SHAREABLE. */
bool rb_ractor_shareable_p(VALUE v);
RUBY_END_DECLS
#define rb_ext_ractor_safe(flag) ((void)(flag))
#define RB_EXT_RACTOR_SAFE(flag) rb_ext_ractor_safe(flag)
#endif
