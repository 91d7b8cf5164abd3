#include <ruby.h>
#include <ruby/thread.h>

static void *first(void *data) {
  long one = 1; /* one more */
  return (void *)(RSTRING_LEN((VALUE)data) + one);
}

static void *second(void *data) {
  long two = 2;
  two++; /* gone when it is removed */
  return (void *)(RARRAY_LEN((VALUE)data) + two);
}

VALUE text(VALUE self, VALUE text) {
  return (VALUE)rb_thread_call_without_gvl(first, (void *)text, NULL, NULL);
}

VALUE list(VALUE self, VALUE list) {
  return (VALUE)rb_thread_call_without_gvl(second, (void *)list, NULL, NULL);
}
