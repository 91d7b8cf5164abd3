#include <ruby.h>
#include <ruby/thread.h>

#include <gvlsan/annotations.h>

GVLSAN_REQUIRES_GVL long length_of(VALUE text);

struct job { VALUE text; long length; };
GVLSAN_NOGVL static void *region(void *data) {
  struct job *job = data;
  job->length = RSTRING_LEN(job->text);
  return (void *)length_of(job->text);
}

VALUE run(VALUE self, VALUE text) {
  struct job job = {text, 0};
  return (VALUE)rb_thread_call_without_gvl(region, &job, RUBY_UBF_IO, NULL);
}
