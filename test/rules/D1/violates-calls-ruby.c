// Intent: a dfree that runs in the sweep calls a method: no object can be made then.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: stock Ruby aborts with a bug report of its own.
#include <ruby.h>

struct handle {
  VALUE listener;
};

static void mark(void *data) {
  struct handle *handle = data;
  rb_gc_mark(handle->listener);
}

static void release(void *data) {
  struct handle *handle = data;
  // Violates D1: the listener may be freed already, and the call may allocate.
  if (!NIL_P(handle->listener))
    rb_funcall(handle->listener, rb_intern("closed"), 0);
  xfree(handle);
}

static const rb_data_type_t handle_type = {
    .wrap_struct_name = "handle",
    .function = {.dmark = mark, .dfree = release},
    .flags = RUBY_TYPED_FREE_IMMEDIATELY,
};

static VALUE run(VALUE self) {
  struct handle *handle;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct handle, &handle_type, handle);
  handle->listener = self;
  RB_GC_GUARD(object);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: violates-calls-ruby.c:20:{{[0-9]+}}: error: 'rb_funcall{{.*}}' may allocate, raise or use objects in a dfree{{.*}}[D1]
// STATIC: exit: 1

// HEAP: ERROR: GvlSanitizer: D1
