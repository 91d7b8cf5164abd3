// Intent: arguments travel in an array of VALUEs or of pointers.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>
#include <string.h>

static void *compare_values(void *data) {
  VALUE *arguments = data;
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.b]
  return (void *)(long)(RSTRING_LEN(arguments[0]) == 3);
}

static void *compare_numbers(void *data) {
  void **arguments = data;
  return (void *)(long)(*(long *)arguments[0] == *(long *)arguments[1]);
}

VALUE wrong(VALUE self, VALUE a, VALUE b) {
  VALUE arguments[2] = {a, b};
  void *same = rb_thread_call_without_gvl(compare_values, arguments, NULL, NULL);
  return same ? Qtrue : Qfalse;
}

VALUE right(VALUE self, VALUE a, VALUE b) {
  long x = NUM2LONG(a), y = NUM2LONG(b);
  void *arguments[2] = {&x, &y};
  void *same = rb_thread_call_without_gvl(compare_numbers, arguments, NULL, NULL);
  return same ? Qtrue : Qfalse;
}
// STATIC: exit: 1
