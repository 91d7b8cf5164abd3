#include "job.h"
#include <ruby/thread.h>

int library_use(const char *bytes);

static void *region(void *data) {
  struct job *job = data;
  return (void *)(long)library_use(job->bytes);
}

void run(struct job *job) {
  rb_thread_call_without_gvl(region, job, RUBY_UBF_IO, NULL);
}
