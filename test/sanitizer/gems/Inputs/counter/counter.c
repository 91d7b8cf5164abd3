/* Counts the zeros among the bytes of a String, without the lock. */
#include <ruby.h>
#include <ruby/thread.h>

struct job {
  const char *bytes;
  long size, zeros;
};

long count_zeros(const char *bytes, long size);

static void *count(void *data) {
  struct job *job = data;
  job->zeros = count_zeros(job->bytes, job->size);
  return NULL;
}

static VALUE zeros(VALUE self, VALUE string) {
  StringValue(string);
  struct job job = {RSTRING_PTR(string), RSTRING_LEN(string), 0};
  rb_thread_call_without_gvl(count, &job, NULL, NULL);
  RB_GC_GUARD(string);
  return LONG2NUM(job.zeros);
}

void Init_counter(void) {
  rb_define_singleton_method(rb_define_module("Counter"), "zeros", zeros, 1);
}
