// Intent: a dfree that runs in the sweep calls a method: no object can be made then.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
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

static VALUE handle_new(VALUE listener) {
  struct handle *handle;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct handle, &handle_type, handle);
  handle->listener = listener;
  return object;
}

// Compaction fills the slots of what has died with what lies behind it: here with Strings.
static VALUE run(VALUE self) {
  VALUE handles = rb_ary_new(), strings = rb_ary_new();
  for (int i = 0; i < 1000; ++i)
    rb_ary_push(handles, handle_new(self));
  for (int i = 0; i < 10000; ++i)
    rb_ary_push(strings, rb_str_new_cstr("string"));
  rb_ary_clear(handles);
  rb_funcall(rb_mGC, rb_intern("compact"), 0);
  RB_GC_GUARD(strings);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: violates-calls-ruby.c:20:{{[0-9]+}}: error: 'rb_funcall{{.*}}' may allocate, raise or use objects in a dfree{{.*}}[D1]
// STATIC: exit: 1

// HEAP: ERROR: GvlSanitizer: D1

// Stock Ruby ends the process with a bug report of its own; ours comes first.
// RUBY: ERROR: GvlSanitizer: D1: dfree looks into another object
// RUBY-NEXT: CALL of rb_{{intern2|funcallv}} by thread T0 {{.*}}, which holds the GVL
// RUBY: in release
// RUBY: SUMMARY: GvlSanitizer: D1
