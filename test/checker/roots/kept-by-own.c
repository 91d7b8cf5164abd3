// Intent: an object that a function of the extension's own puts into C memory, which something may mark, is
// not taken for lost, also when the function is called through a pointer; what merely uses it keeps
// nothing.
// RUN: not %gvlsan check %s -- %ruby_cflags 2>&1 | FileCheck %s --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>

static VALUE *kept;
static long count;

static VALUE keep(VALUE object) {
  REALLOC_N(kept, VALUE, count + 1);
  return kept[count++] = object;
}
static void mark(void *unused) {
  for (long i = 0; i < count; i++)
    rb_gc_mark(kept[i]);
}
static void keep_for_ever(VALUE object) { rb_gc_register_mark_object(object); }
static void keep_both(VALUE object, VALUE other) {
  keep(object);
  keep_for_ever(other);
}
static long length(VALUE object) {
  VALUE local[1] = {object};
  return RARRAY_LEN(local[0]);
}

struct store {
  VALUE (*add)(VALUE);
};
extern struct store *store;

static VALUE by_table, by_root, first, second, by_pointer, handed_back, lost;

static VALUE each(VALUE self) {
  return rb_ary_new_from_args(7, by_table, by_root, first, second, by_pointer, handed_back, lost);
}

void Init_kept(void) {
  static const rb_data_type_t type = {"kept", {mark}};
  VALUE marker = rb_data_typed_object_wrap(rb_cObject, NULL, &type);
  rb_gc_register_mark_object(marker);
  by_table = rb_ary_new();
  keep(by_table);
  by_root = rb_ary_new();
  keep_for_ever(by_root);
  first = rb_ary_new();
  second = rb_ary_new();
  keep_both(first, second);
  by_pointer = rb_ary_new();
  store->add(by_pointer);
  handed_back = store->add(rb_ary_new());
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: 'lost' holds a new object{{.*}}[H2]
  lost = rb_ary_new();
  length(lost);
  rb_define_global_function("each", each, 0);
}
