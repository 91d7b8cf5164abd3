// Intent: a constant keeps the Hash live, not in place: compaction leaves the static stale.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: stock Ruby moves the Hash silently; what is read then is undefined.
// RUN_ENV: RHEAP_GC_STRESS=1
#include <ruby.h>

static VALUE errors;

static VALUE run(VALUE self) {
  return rb_hash_aref(errors, INT2FIX(1));
}

void Init_example(void) {
  // Violates H2: the constant table is updated when the Hash moves, the static is not.
  errors = rb_hash_new();
  rb_define_const(rb_cObject, "EXAMPLE_ERRORS", errors);
  rb_define_global_function("run", run, 0);
}

// STATIC: violates-only-a-constant.c:[[#@LINE-5]]:{{[0-9]+}}: error: 'errors' holds a new object, which lives but may be moved{{.*}}[H2]
// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: H2: 
// HEAP: SUMMARY: GvlSanitizer: H2 {{.*}} in Init_example
// HEAP: exit: 66
