// Intent: a wrapper of the extension's own takes the callback as a parameter.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>

typedef void *(*work_t)(void *);

static void *without_lock(work_t work, void *data) {
  return rb_thread_call_without_gvl(work, data, RUBY_UBF_IO, NULL);
}

static void *length_of(void *data) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.b]
  return (void *)RSTRING_LEN((VALUE)data);
}

static void *twice(void *data) {
  long *number = data;
  *number *= 2;
  return NULL;
}

VALUE wrong(VALUE self, VALUE string) {
  void *length = without_lock(length_of, (void *)string);
  RB_GC_GUARD(string);
  return LONG2NUM((long)length);
}

VALUE right(VALUE self, VALUE number) {
  long value = NUM2LONG(number);
  without_lock(twice, &value);
  return LONG2NUM(value);
}
// STATIC: exit: 1
