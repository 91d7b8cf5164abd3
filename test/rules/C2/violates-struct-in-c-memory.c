// Intent: the only reference to an Array is a field of a malloc'ed struct that nothing marks.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: the runtime does not track references from C memory.
// RUN_ENV: RHEAP_GC_STRESS=1
#include <ruby.h>
#include <stdlib.h>

struct request {
  VALUE fields;
  int size;
};

static VALUE run(VALUE self) {
  // volatile: the compiler would do without the memory and keep the Array in a register.
  struct request *volatile request = malloc(sizeof(struct request));
  request->fields = rb_ary_new();
  VALUE name = rb_sprintf("name %d", 1);
  // Violates C2: rb_sprintf may have collected or moved the Array.
  rb_ary_push(request->fields, name);
  free(request);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: violates-struct-in-c-memory.c:20:24: error: the object from 'rb_ary_new()' is used after rb_sprintf,
// STATIC-SAME: [C2]
// STATIC: 1 finding (1 error)
// HEAP: ERROR: GvlSanitizer: C2: 
// HEAP: CALL of rb_ary_push
// HEAP: SUMMARY: GvlSanitizer: C2 {{.*}} in run
// HEAP: exit: -6
