// Intent: Strings that only an array from xmalloc refers to are not seen by the collector, which runs
//   while the next one is made.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: the runtime does not track references from C memory.
// RUN_ENV: RHEAP_GC_STRESS=1
#include <ruby.h>

static VALUE run(VALUE self) {
  VALUE *parts = ALLOC_N(VALUE, 100);
  for (int i = 0; i < 100; i++)
    parts[i] = rb_sprintf("part %d", i);
  // Violates C2: all but the last may be gone or elsewhere.
  VALUE all = rb_ary_new_from_values(100, parts);
  xfree(parts);
  return all;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: violates-array-in-c-memory.c:14:15: error: the object from 'rb_sprintf("part %d", i)' is used after rb_sprintf,
// STATIC-SAME: which may collect or move it: only C memory, which the collector does not look into, refers to it by then [C2]
// STATIC: 10:18: note: the memory is made here
// STATIC: 12:16: note: the object is made here
// STATIC: 12:16: note: the collector may run in this call
// STATIC: 14:15: note: the object is used here
// STATIC: 1 finding (1 error)
// HEAP: ERROR: GvlSanitizer: C2: 
// HEAP: CALL of rb_ary_new_from_values
// HEAP: SUMMARY: GvlSanitizer: C2 {{.*}} in run
// HEAP: exit: 66
