// Intent: what one function does to all its globals is said once.
// RUN: not %gvlsan check %s -- %ruby_cflags 2>&1 | FileCheck %s --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>

static VALUE one, two, three, other, point, line;

void Init_groups(void) {
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: 'one' holds a new object before it is registered{{.*}}; the same goes for 'two', 'three' [H2]
  one = rb_str_new_cstr("1");
  rb_gc_register_address(&one);
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: note: 'two' is assigned here
  two = rb_str_new_cstr("2");
  rb_gc_register_address(&two);
  three = rb_str_new_cstr("3");
  rb_gc_register_address(&three);
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: 'point' holds what a constant of Ruby's names, which lives but may be moved{{.*}}; the same goes for 'line' [H2]
  point = rb_const_get(rb_cObject, rb_intern("Point"));
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: note: 'line' is assigned here
  line = rb_const_get(rb_cObject, rb_intern("Line"));
}

void Init_other(void) {
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: 'other' holds a new object before it is registered{{.*}}[H2]
  other = rb_str_new_cstr("4");
  rb_gc_register_address(&other);
  rb_define_global_const("VALUES", rb_ary_new_from_args(6, one, two, three, other, point, line));
}
