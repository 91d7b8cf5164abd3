#include <ruby.h>
#include <ruby/thread.h>

static void *sum(void *data) {
  const char *bytes = data;
  return (void *)(long)(bytes[0] + bytes[1]);
}

static void *count(void *data) {
  VALUE text = (VALUE)data;

  long n = RSTRING_LEN(text);
  return (void *)n;
}

static VALUE count_text(VALUE self, VALUE text) {
  return LONG2NUM((long)rb_thread_call_without_gvl(count, (void *)text, NULL, NULL));
}

static VALUE sum_text(VALUE self, VALUE text) {
  long n = (long)rb_thread_call_without_gvl(sum, StringValuePtr(text), NULL, NULL);
  return LONG2NUM(n);
}

void Init_mygem(void) {
  VALUE module = rb_define_module("MyGem");
  rb_define_singleton_method(module, "count", count_text, 1);
  rb_define_singleton_method(module, "sum", sum_text, 1);
}
