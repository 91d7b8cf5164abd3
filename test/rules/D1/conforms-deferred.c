// Intent: without RUBY_TYPED_FREE_IMMEDIATELY a dfree runs later, outside the collection: it may allocate.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <stdio.h>

struct handle {
  int open;
};

static void release(void *data) {
  struct handle *handle = data;
  // Conforms: this dfree is deferred until no collection is going on.
  if (handle->open)
    rb_ary_push(rb_ary_new(), Qtrue);
  xfree(handle);
}

static const rb_data_type_t handle_type = {"handle", {NULL, release, NULL}, NULL, NULL, 0};

static VALUE run(VALUE self) {
  struct handle *handle;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct handle, &handle_type, handle);
  handle->open = 0;
  printf("open: %d\n", handle->open);
  fflush(stdout);
  RB_GC_GUARD(object);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC-NOT: {{error|warning}}:
// STATIC: 0 findings in 1 file
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: open: 0
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: open: 0
// RUBY: exit: 0
