// Intent: a reference that is marked movable needs a dcompact that updates it.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: stock Ruby moves the String silently; what the field names then is undefined.
// RUN_ENV: RHEAP_GC_STRESS=1
#include <ruby.h>

struct label {
  VALUE text;
};

static void mark(void *data) {
  struct label *label = data;
  // Violates C1: the String may move, and nothing tells the struct where to.
  rb_gc_mark_movable(label->text);
}

static const rb_data_type_t label_type = {
    .wrap_struct_name = "label",
    .function = {.dmark = mark, .dfree = RUBY_DEFAULT_FREE},
    .flags = RUBY_TYPED_FREE_IMMEDIATELY,
};

static VALUE run(VALUE self) {
  struct label *label;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct label, &label_type, label);
  label->text = rb_str_new_cstr("text");
  return rb_str_plus(label->text, rb_inspect(object));
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: violates-no-dcompact.c:15:{{[0-9]+}}: error: 'text' is marked movable, and 'label_type' has no dcompact{{.*}}[C1]
// STATIC: note: the type is described here
// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: C1: 
// HEAP: by label) by thread T0
// HEAP: SUMMARY: GvlSanitizer: C1 {{.*}} in mark
// HEAP: exit: 66
