// Intent: a field that dmark forgets is neither pinned nor kept live.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: stock Ruby frees the String silently; what the field names then is undefined.
// RUN_ENV: RHEAP_GC_STRESS=1
#include <ruby.h>

struct pair {
  VALUE name;
  VALUE value;
};

static void mark(void *data) {
  struct pair *pair = data;
  rb_gc_mark(pair->name);
}

static const rb_data_type_t pair_type = {"pair", {mark, RUBY_DEFAULT_FREE, NULL}, NULL, NULL, 0};

static VALUE run(VALUE self) {
  struct pair *pair;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct pair, &pair_type, pair);
  pair->name = rb_str_new_cstr("name");
  // Violates C1: mark() does not know of `value`.
  pair->value = rb_str_new_cstr("value");
  rb_inspect(object);
  return rb_str_plus(pair->name, pair->value);
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: violates-not-marked.c:25:{{[0-9]+}}: error: 'value' of the struct behind an object holds a new object, and nothing marks it{{.*}}[C1]
// STATIC: note: dmark of 'pair_type' is this function
// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: C1: 
// HEAP: by pair) by thread T0
// HEAP: SUMMARY: GvlSanitizer: C1 {{.*}} in mark
// HEAP: ERROR: GvlSanitizer: C2: 
// HEAP: CALL of rb_str_plus
// HEAP: exit: 66
