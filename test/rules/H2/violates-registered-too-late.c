// Intent: the order assign, allocate, register leaves a gap in which the object can be freed.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: whether a collection falls into the gap depends on how full the heap is.
// RUN_ENV: RHEAP_GC_STRESS=1
#include <ruby.h>

static VALUE names, units;

static VALUE run(VALUE self) {
  return rb_ary_plus(names, units);
}

void Init_example(void) {
  // Violates H2: making `units` may run the collector, which does not know of `names` yet.
  names = rb_ary_new();
  units = rb_ary_new_from_args(1, INT2FIX(1));
  rb_gc_register_address(&names);
  rb_gc_register_address(&units);
  rb_define_global_function("run", run, 0);
}

// STATIC: violates-registered-too-late.c:[[#@LINE-7]]:{{[0-9]+}}: error: 'names' holds a new object that is no root yet{{.*}}[H2]
// STATIC: note: 'rb_ary_new_from_args' may run the collector
// STATIC: note: 'names' is registered only here
// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: H2: 
// HEAP: SUMMARY: GvlSanitizer: H2 {{.*}} in Init_example
// HEAP: ERROR: GvlSanitizer: C2: 
// HEAP: CALL of rb_ary_plus
// HEAP: exit: -6
