// Intent: owners of pointers in many shapes, held and not held, with a collection between.
// RUN: not gvlsan check %s -- %ruby_cflags 2>&1 | FileCheck %s
#include <ruby.h>
#include <stdio.h>
#include <string.h>

// The pointer goes through a struct of the frame.
struct span {
  const char *start;
  long length;
};
static VALUE through_struct(VALUE self, VALUE x) {
  VALUE s = rb_inspect(x);
  struct span span = {RSTRING_PTR(s), RSTRING_LEN(s)};
  // CHECK: [[@LINE+1]]:10: error: {{.*}} handed to rb_str_new, {{.*}} [G1]
  return rb_str_new(span.start, span.length);
}

// Right: no element is read.
static VALUE of_nothing(VALUE self, VALUE klass) {
  return rb_class_new_instance(0, RARRAY_PTR(rb_ary_new()), klass);
}
static VALUE quoted(const char *text, int base) {
  VALUE both = rb_ary_new();
  return rb_ary_push(both, rb_str_new_cstr(text + base));
}
static VALUE of_base(VALUE self, VALUE x) {
  // The base is 0, but the text is read.
  // CHECK: [[@LINE+1]]:10: error: {{.*}} handed to 'quoted', {{.*}} [G1]
  return quoted(RSTRING_PTR(rb_inspect(x)), 0);
}

// A loop: the next round allocates while the pointer is still read.
static VALUE in_a_loop(VALUE self, VALUE x) {
  VALUE s = rb_inspect(x), all = rb_ary_new();
  const char *p = RSTRING_PTR(s), *end = p + RSTRING_LEN(s);
  for (; p < end; p++)
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: error: {{.*}} used after rb_str_new, {{.*}} [G1]
    rb_ary_push(all, rb_str_new(&end[-1], *p));
  return all;
}

// One path guards, the other does not; compilers usually keep such a variable
// on both.
static VALUE one_path(VALUE self, VALUE x) {
  VALUE s = rb_inspect(x);
  const char *p = RSTRING_PTR(s);
  if (RTEST(x)) {
    VALUE copy = rb_str_new_cstr("a");
    RB_GC_GUARD(s);
    return copy;
  }
  VALUE other = rb_ary_new();
  // CHECK: [[@LINE+1]]:3: warning: {{.*}} 's' is used after rb_ary_new, {{.*}} [G1]
  puts(p);
  return other;
}

// The scope of the variable that StringValueCStr keeps in memory ends.
static VALUE scope_ends(VALUE self, VALUE x) {
  const char *p = "";
  if (!NIL_P(x)) {
    VALUE s = rb_sprintf("%d", 1);
    p = StringValueCStr(s);
  }
  VALUE other = rb_ary_new();
  // CHECK: [[@LINE+1]]:3: error: {{.*}} 's' is used after rb_ary_new, {{.*}} [G1]
  puts(p);
  return other;
}

// A callee reads the pointer after it has allocated.
static VALUE reads_late(const char *text) {
  VALUE all = rb_ary_new();
  rb_ary_push(all, LONG2NUM((long)strlen(text)));
  return all;
}
static VALUE reads_early(const char *text) {
  long n = (long)strlen(text);
  VALUE all = rb_ary_new();
  rb_ary_push(all, LONG2NUM(n));
  return all;
}
static VALUE through_callee(VALUE self, VALUE x) {
  reads_early(RSTRING_PTR(rb_inspect(x)));
  // CHECK: [[@LINE+1]]:10: error: {{.*}} handed to 'reads_late', {{.*}} [G1]
  return reads_late(RSTRING_PTR(rb_inspect(x)));
}

// The parameter's variable holds another object now.
static VALUE replaced(VALUE self, VALUE x) {
  x = rb_inspect(x);
  const char *p = RSTRING_PTR(x);
  VALUE other = rb_ary_new();
  // CHECK: [[@LINE+1]]:3: error: {{.*}} 'x' is used after rb_ary_new, {{.*}} [G1]
  puts(p);
  return other;
}

// A guard that comes too early is likely to help all the same.
static VALUE early_guard(VALUE self, VALUE x) {
  VALUE s = rb_inspect(x);
  const char *p = RSTRING_PTR(s);
  RB_GC_GUARD(s);
  // CHECK: [[@LINE+3]]:10: warning: {{.*}} 's' is handed to rb_str_new_cstr, {{.*}} [G1]
  // CHECK: note: the guard stands here, before the last use of the pointer
  // CHECK-NOT: {{error|warning}}:
  return rb_str_new_cstr(p);
}

// Everything below is right.
static VALUE path(VALUE self, VALUE x) {
  FilePathValue(x);
  const char *p = RSTRING_PTR(x);
  VALUE other = rb_ary_new();
  puts(p);
  return other;
}
static VALUE volatile_owner(VALUE self, VALUE x) {
  volatile VALUE s = rb_inspect(x);
  const char *p = RSTRING_PTR(s);
  VALUE other = rb_ary_new();
  puts(p);
  return other;
}
static VALUE of_a_constant(VALUE self, VALUE x) {
  // The bytes are the literal's.
  const char *p = RSTRING_PTR(rb_str_new_cstr("literal"));
  VALUE other = rb_ary_new();
  puts(p);
  return other;
}
static VALUE only_compared(VALUE self, VALUE x) {
  VALUE s = rb_inspect(x);
  const char *p = RSTRING_PTR(s);
  VALUE other = rb_ary_new();
  return p ? other : Qnil;
}
static VALUE taken_again(VALUE self, VALUE x) {
  VALUE s = rb_str_buf_new(100);
  char *p = RSTRING_PTR(s);
  p[0] = 'a';
  rb_str_cat(s, "bc", 2);
  p = RSTRING_PTR(s);
  p[0] = 'b';
  return s;
}
static VALUE stored(VALUE self, VALUE x) {
  VALUE s = rb_inspect(x);
  const char *p = RSTRING_PTR(s);
  rb_ivar_set(self, rb_intern("@text"), s);
  VALUE other = rb_ary_new();
  puts(p);
  return other;
}
static VALUE not_after_raise(VALUE self, VALUE x) {
  VALUE s = rb_inspect(x);
  const char *p = RSTRING_PTR(s);
  if (!RTEST(x))
    rb_raise(rb_eArgError, "no");
  puts(p);
  return Qnil;
}

void Init_guards(void) {
  rb_define_global_function("a", through_struct, 1);
  rb_define_global_function("b", in_a_loop, 1);
  rb_define_global_function("c", one_path, 1);
  rb_define_global_function("d", scope_ends, 1);
  rb_define_global_function("e", through_callee, 1);
  rb_define_global_function("f", replaced, 1);
  rb_define_global_function("g", early_guard, 1);
  rb_define_global_function("h", path, 1);
  rb_define_global_function("i", volatile_owner, 1);
  rb_define_global_function("j", of_a_constant, 1);
  rb_define_global_function("k", only_compared, 1);
  rb_define_global_function("l", taken_again, 1);
  rb_define_global_function("m", stored, 1);
  rb_define_global_function("n", not_after_raise, 1);
  rb_define_method(rb_cObject, "of_nothing", of_nothing, 1);
  rb_define_method(rb_cObject, "of_base", of_base, 1);
}
// CHECK: 8 findings (6 errors, 2 warnings)
