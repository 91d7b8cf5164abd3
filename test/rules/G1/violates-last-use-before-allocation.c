// Intent: the owner's last use is RSTRING_PTR, and the pointer is read after an allocation: the
//   example of Ruby's own extension guide, without its guard.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: the same, and the runtime does not track the owners of external buffers.
// RUN_ENV: RHEAP_GC_STRESS=1
#include <ruby.h>

static VALUE run(VALUE self) {
  VALUE text = rb_sprintf("%s %s", "hello", "world");
  const char *bytes = RSTRING_PTR(text);
  // Violates G1: the new String is allocated before the bytes are copied.
  return rb_str_new_cstr(bytes + 6);
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: violates-last-use-before-allocation.c:13:10: error: a pointer into 'text' is handed to rb_str_new_cstr,
// STATIC-SAME: which may run the collector before it is done with it; nothing keeps the object by then [G1]
// STATIC: 10:16: note: the owner is made here
// STATIC: 11:23: note: the pointer is taken here
// STATIC: 11:35: note: 'text' is used here for the last time
// STATIC: 13:10: note: the collector may run in this call
// STATIC: 1 finding (1 error)
// HEAP: ERROR: GvlSanitizer: G1: 
// HEAP: READ of size
// HEAP: SUMMARY: GvlSanitizer: G1 {{.*}} in run
// HEAP: exit: 66
