/* One function, called with the lock, without it, and with it again after an
 * exception has left a callback. */
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>

struct job {
  const unsigned char *bytes;
  long length;
  unsigned long sum;
};

__attribute__((noinline)) void *sum(void *data) {
  struct job *job = data;
  unsigned long total = 0;
  for (long i = 0; i < job->length; i++)
    total += job->bytes[i];
  job->sum = total;
  return NULL;
}

static void *raise_error(void *data) { rb_raise(rb_eRuntimeError, "from a callback"); }
static void *go_back(void *data) { return rb_thread_call_with_gvl(raise_error, data); }

static VALUE release(VALUE data) {
  rb_thread_call_without_gvl(go_back, (void *)data, NULL, NULL);
  return Qnil;
}
static VALUE rescued(VALUE data, VALUE error) {
  sum((void *)data);
  return Qnil;
}

static VALUE run(VALUE self) {
  static char text[] = "abc";
  VALUE string = rb_str_new(text, 3);
  struct job job = {(unsigned char *)RSTRING_PTR(string), 3, 0};
  sum(&job);
  printf("under the lock: %lu\n", job.sum);
  fflush(stdout);
  rb_thread_call_without_gvl(sum, &job, NULL, NULL);
  printf("without it: %lu\n", job.sum);
  rb_rescue(release, (VALUE)&job, rescued, (VALUE)&job);
  printf("raised and rescued: %lu\n", job.sum);
  fflush(stdout);
  RB_GC_GUARD(string);
  return Qnil;
}

void Init_levels(void) { rb_define_global_function("run", run, 0); }
