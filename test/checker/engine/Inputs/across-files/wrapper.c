#include "wrapper.h"
#include <ruby.h>
#include <ruby/thread.h>

struct job {
  const char *bytes;
  void *(*function)(void *);
  void *data;
};

int library_use(const char *bytes);

static void *use_in_region(void *data) {
  struct job *job = data;
  return (void *)(long)library_use(job->bytes);
}

int use_without_gvl(const char *bytes) {
  struct job job = {bytes};
  return (int)(long)rb_thread_call_without_gvl(use_in_region, &job, RUBY_UBF_IO, NULL);
}

void *run_without_gvl(void *(*function)(void *), void *data) {
  return rb_thread_call_without_gvl(function, data, RUBY_UBF_IO, NULL);
}
