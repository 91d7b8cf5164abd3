// Intent: what rb_protect returns is what its function returns, Ruby's own functions included.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>
#include <string.h>

static void *fill(void *bytes) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: bytes of the String, which are embedded{{.*}}[R1.e]
  memset(bytes, 'x', 8);
  return NULL;
}
static VALUE make(VALUE size) { return rb_str_new(NULL, 8); }
VALUE own(VALUE self) {
  int state;
  VALUE text = rb_protect(make, Qnil, &state);
  rb_thread_call_without_gvl(fill, RSTRING_PTR(text), RUBY_UBF_IO, NULL);
  return text;
}

extern VALUE made_elsewhere(VALUE);
static void *fill_other(void *bytes) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: bytes of {{.*}}may be embedded{{.*}}[R1.e]
  memset(bytes, 'x', 8);
  return NULL;
}
VALUE other(VALUE self, VALUE size) {
  int state;
  VALUE text = rb_protect(made_elsewhere, size, &state);
  rb_thread_call_without_gvl(fill_other, RSTRING_PTR(text), RUBY_UBF_IO, NULL);
  return text;
}
// STATIC: exit: 1
