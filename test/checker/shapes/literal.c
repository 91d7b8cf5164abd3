// Intent: the macros make a string of a C literal point at the literal; of anything else they copy.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>
#include <string.h>

static void *measure(void *data) { return (void *)strlen((const char *)data); }

static void *measure_copy(void *data) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.e]
  return (void *)strlen((const char *)data);
}

VALUE right(VALUE self) {
  VALUE a = rb_str_new_cstr("abc");
  VALUE b = rb_str_new("abc", 3);
  VALUE c = rb_utf8_str_new_cstr("abc");
  VALUE d = rb_str_new_lit("abc");
  rb_thread_call_without_gvl(measure, RSTRING_PTR(a), RUBY_UBF_IO, NULL);
  rb_thread_call_without_gvl(measure, RSTRING_PTR(b), RUBY_UBF_IO, NULL);
  rb_thread_call_without_gvl(measure, RSTRING_PTR(c), RUBY_UBF_IO, NULL);
  rb_thread_call_without_gvl(measure, RSTRING_PTR(d), RUBY_UBF_IO, NULL);
  RB_GC_GUARD(a);
  RB_GC_GUARD(b);
  RB_GC_GUARD(c);
  RB_GC_GUARD(d);
  return Qnil;
}

VALUE wrong(VALUE self) {
  static char text[] = "abc";
  VALUE copy = rb_str_new(text, 3);
  rb_thread_call_without_gvl(measure_copy, RSTRING_PTR(copy), RUBY_UBF_IO, NULL);
  RB_GC_GUARD(copy);
  return Qnil;
}
// STATIC: exit: 1
