// Intent: a method that C code calls with a constant is called by Ruby code with anything.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>
#include <unistd.h>

static void *send_region(void *bytes) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: bytes of 'text'{{.*}}[K1]
  return (void *)write(1, bytes, 5);
}
static VALUE send_text(VALUE self, VALUE text) {
  rb_thread_call_without_gvl(send_region, StringValuePtr(text), RUBY_UBF_IO, NULL);
  RB_GC_GUARD(text);
  return Qnil;
}
static VALUE greet(VALUE self) { return send_text(self, rb_str_new_static("hello", 5)); }

void Init_shape(void) {
  rb_define_global_function("send_text", send_text, 1);
  rb_define_global_function("greet", greet, 0);
}
// STATIC: exit: 1
