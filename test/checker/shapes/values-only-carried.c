// Intent: a VALUE that is copied, compared or tested for being a special constant is not dereferenced.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>

struct job {
  VALUE in;
  VALUE out;
  VALUE flag;
  long number;
};

static void *work(void *data) {
  struct job *job = data;
  job->out = job->in;
  if (job->in == job->flag || NIL_P(job->in) || RTEST(job->flag))
    job->out = Qtrue;
  if (FIXNUM_P(job->in))
    job->number = FIX2LONG(job->in);
  if (RB_SPECIAL_CONST_P(job->in))
    job->out = INT2FIX(7);
  return NULL;
}

VALUE right(VALUE self, VALUE in, VALUE flag) {
  struct job job = {in, Qnil, flag, 0};
  rb_thread_call_without_gvl(work, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(in);
  return job.out;
}
// STATIC: 0 findings in 1 file; 1 region
// STATIC: exit: 0
