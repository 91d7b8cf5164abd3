// Intent: a flag, or the lock itself, decides how the work runs.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>

extern int ruby_thread_has_gvl_p(void);

struct job {
  VALUE string;
  long length;
};

static void *measure(void *data) {
  struct job *job = data;
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.b]
  job->length = RSTRING_LEN(job->string);
  return NULL;
}

VALUE wrong(VALUE self, VALUE string, VALUE release) {
  struct job job = {string, 0};
  if (RTEST(release))
    rb_thread_call_without_gvl(measure, &job, RUBY_UBF_IO, NULL);
  else
    measure(&job);
  RB_GC_GUARD(string);
  return LONG2NUM(job.length);
}

static void *measure_locked(void *data) {
  struct job *job = data;
  job->length = RSTRING_LEN(job->string);
  return NULL;
}

static void *ask(void *data) {
  if (ruby_thread_has_gvl_p())
    measure_locked(data);
  else
    rb_thread_call_with_gvl(measure_locked, data);
  return NULL;
}

VALUE right(VALUE self, VALUE string, VALUE release) {
  struct job job = {string, 0};
  if (RTEST(release))
    rb_thread_call_without_gvl(ask, &job, RUBY_UBF_IO, NULL);
  else
    ask(&job);
  RB_GC_GUARD(string);
  return LONG2NUM(job.length);
}
// STATIC: exit: 1
