#include "library.h"
#include <ruby.h>
#include <ruby/thread.h>

static void *region(void *data) {
  computes(3);
  return copies(data);
}

static void *with_lock(void *data) { return makes(data); }

static void *takes_it_back(void *data) { return rb_thread_call_with_gvl(with_lock, data); }

VALUE copy(VALUE self) {
  char text[8] = "text";
  copies_held(text);
  rb_thread_call_without_gvl(takes_it_back, text, RUBY_UBF_IO, NULL);
  return (VALUE)rb_thread_call_without_gvl(region, text, RUBY_UBF_IO, NULL);
}
