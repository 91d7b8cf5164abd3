// Intent: the only reference to an Array is a field of a malloc'ed struct that nothing marks.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// UNSUPPORTED-HEAP: the runtime heap judges buffers of dead objects, not dead slots.
// UNSUPPORTED-RUBY: the runtime does not track references from C memory.
#include <ruby.h>
#include <stdlib.h>

struct request {
  VALUE fields;
  int size;
};

static VALUE run(VALUE self) {
  struct request *request = malloc(sizeof(struct request));
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

// STATIC: violates-struct-in-c-memory.c:18:24: error: the object from 'rb_ary_new()' is used after rb_sprintf,
// STATIC-SAME: [C2]
// STATIC: 1 finding (1 error)
