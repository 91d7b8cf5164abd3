// Intent: the exception is raised in a helper of a helper, on a goto path of the region.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>
#include <stdlib.h>

struct job {
  int *numbers;
  int count;
  int failed;
};

static void fail(const char *what) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.api]
  rb_raise(rb_eRuntimeError, "%s", what);
}

static int step(struct job *job, int i) {
  if (job->numbers[i] < 0)
    fail("negative");
  return 0;
}

static void *work_wrong(void *data) {
  struct job *job = data;
  int *copy = malloc(sizeof(int) * job->count);
  if (!copy)
    goto error;
  for (int i = 0; i < job->count; i++)
    if (step(job, i) != 0)
      goto error;
  free(copy);
  return NULL;
error:
  free(copy);
  job->failed = 1;
  return NULL;
}

static void *work_right(void *data) {
  struct job *job = data;
  for (int i = 0; i < job->count; i++)
    if (job->numbers[i] < 0)
      goto error;
  return NULL;
error:
  job->failed = 1;
  return NULL;
}

VALUE wrong(VALUE self) {
  int numbers[] = {1, -1};
  struct job job = {numbers, 2, 0};
  rb_thread_call_without_gvl(work_wrong, &job, NULL, NULL);
  return Qnil;
}

VALUE right(VALUE self) {
  int numbers[] = {1, -1};
  struct job job = {numbers, 2, 0};
  rb_thread_call_without_gvl(work_right, &job, NULL, NULL);
  if (job.failed)
    fail("negative");
  return Qnil;
}
// STATIC: exit: 1
