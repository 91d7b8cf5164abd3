// Intent: what a conversion returns may be its argument, or a new object that nothing else holds.
// RUN: not gvlsan check %s -- %ruby_cflags 2>&1 | FileCheck %s --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <stdio.h>

// Only the pointer is kept of the new String.
static VALUE dropped(VALUE self, VALUE x) {
  const char *text = RSTRING_PTR(rb_String(x));
  VALUE all = rb_ary_new();
  // CHECK: [[@LINE+1]]:3: warning: {{.*}} used after rb_ary_new, {{.*}}when the object is a new one{{.*}} [G1]
  puts(text);
  return all;
}
// The variable is the parameter's own, and holds the new one only for as long as it is used.
static VALUE replaced(VALUE self, VALUE x) {
  x = rb_obj_as_string(x);
  const char *text = RSTRING_PTR(x);
  VALUE all = rb_ary_new();
  // CHECK: [[@LINE+1]]:3: warning: {{.*}} 'x' is used after rb_ary_new, {{.*}} [G1]
  puts(text);
  return all;
}

// Right: nothing collects in between.
static VALUE at_once(VALUE self, VALUE x) {
  const char *text = RSTRING_PTR(rb_String(x));
  puts(text);
  return rb_ary_new();
}
static VALUE guarded(VALUE self, VALUE x) {
  VALUE s = rb_String(x);
  const char *text = RSTRING_PTR(s);
  VALUE all = rb_ary_new();
  puts(text);
  RB_GC_GUARD(s);
  return all;
}
void Init_conversion(void) {
  rb_define_global_function("dropped", dropped, 1);
  rb_define_global_function("replaced", replaced, 1);
  rb_define_global_function("at_once", at_once, 1);
  rb_define_global_function("guarded", guarded, 1);
}
