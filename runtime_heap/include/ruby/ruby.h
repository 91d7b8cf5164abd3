/* ruby/ruby.h - The C API, in the pieces that CRuby's headers have
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_RUBY_H
#define RUBY_RUBY_H 1
/*
 * The names, macros, flags and struct layouts of Ruby 3.3's public headers, as
 * far as small extensions use them. What is a macro or an inline function there
 * and touches an object is an exported function here, so that its use without
 * the lock is seen (rules R1.b and R1.api). Functions hold CRuby's contract:
 * the caller holds the lock, and they may allocate, collect and raise, unless
 * the header says otherwise.
 */
#include <alloca.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/types.h>
#include <unistd.h>

/* Each builds on those before it. */
/* clang-format off */
/* NOLINTBEGIN(llvm-include-order) */
#include "ruby/internal/value.h"
#include "ruby/internal/flags.h"
#include "ruby/internal/basic.h"
#include "ruby/internal/globals.h"
#include "ruby/internal/gc.h"
#include "ruby/internal/memory.h"
#include "ruby/internal/numeric.h"
#include "ruby/internal/symbol.h"
#include "ruby/internal/string.h"
#include "ruby/internal/array.h"
#include "ruby/internal/hash.h"
#include "ruby/internal/object.h"
#include "ruby/internal/data.h"
#include "ruby/internal/class.h"
#include "ruby/internal/struct.h"
#include "ruby/internal/eval.h"
#include "ruby/internal/error.h"
#include "ruby/internal/thread.h"
#include "ruby/internal/ctype.h"
/* NOLINTEND(llvm-include-order) */
/* clang-format on */
#include "ruby/st.h"
#include "ruby/version.h"
#endif
