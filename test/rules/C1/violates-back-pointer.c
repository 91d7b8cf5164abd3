// Intent: an object lives by itself, but a pointer of its struct to it goes stale when it moves.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: stock Ruby moves the object silently; what the field names then is undefined.
// RUN_ENV: RHEAP_GC_STRESS=1
#include <ruby.h>

struct renderer {
  VALUE self;
};

static const rb_data_type_t renderer_type = {"renderer", {NULL, RUBY_DEFAULT_FREE, NULL}, NULL, NULL, 0};

static VALUE render(struct renderer *renderer) {
  return rb_funcall(renderer->self, rb_intern("inspect"), 0);
}

static VALUE run(VALUE self) {
  struct renderer *renderer;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct renderer, &renderer_type, renderer);
  // Violates C1: neither dmark pins the object nor dcompact updates the field.
  renderer->self = object;
  rb_ivar_set(self, rb_intern("@renderer"), object);
  return render(renderer);
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: violates-back-pointer.c:22:{{[0-9]+}}: error: 'self' of the struct behind an object holds that object itself{{.*}}[C1]
// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: C1: 
// HEAP: by renderer) by thread T0
// HEAP: SUMMARY: GvlSanitizer: C1 {{.*}} in render
// HEAP: exit: 66
