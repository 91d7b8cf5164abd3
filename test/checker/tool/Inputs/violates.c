#include <ruby.h>
#include <ruby/thread.h>

static void *region(void *data) { return (void *)RSTRING_LEN((VALUE)data); }

VALUE run(VALUE self, VALUE v) {
  return (VALUE)rb_thread_call_without_gvl(region, (void *)v, RUBY_UBF_IO, NULL);
}
