// Intent: the owner is live, but a call between may give its bytes another place.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// UNSUPPORTED-HEAP: the bytes leave their slot, and a plain store into a slot is not seen where the lock is held.
// UNSUPPORTED-RUBY: the runtime does not track the owners of external buffers.
#include <ruby.h>

static VALUE run(VALUE self) {
  VALUE line = rb_str_buf_new(10);
  char *start = RSTRING_PTR(line);
  rb_str_cat(line, "a line that is longer than ten bytes", 36);
  // Violates G1: rb_str_cat may have moved the bytes.
  start[0] = 'A';
  return line;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: violates-bytes-moved-by-append.c:12:3: warning: a pointer into 'line' is used after rb_str_cat,
// STATIC-SAME: which may have moved what it leads to [G1]
// STATIC: 9:17: note: the pointer is taken here
// STATIC: 10:3: note: rb_str_cat may resize the object here
// STATIC: 12:3: note: the pointer is used here
// STATIC: 1 finding (1 warning)
