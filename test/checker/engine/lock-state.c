// Intent: code that asks whether it holds the lock is judged on each side of the answer.
// RUN: not %check31 2>&1 | %filecheck
#include <ruby.h>
#include <ruby/thread.h>

int ruby_thread_has_gvl_p(void);

struct job {
  VALUE text;
  long length;
};

static void *measure(void *data) {
  struct job *job = data;
  // Conforms: reached with the lock on both ways.
  job->length = RSTRING_LEN(job->text);
  return NULL;
}

static void measure_anywhere(struct job *job) {
  if (ruby_thread_has_gvl_p())
    measure(job);
  else
    rb_thread_call_with_gvl(measure, job);
}

static void measure_wrongly(struct job *job) {
  if (!ruby_thread_has_gvl_p())
    // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: RSTRING_LEN{{.*}}[R1.b]
    job->length = RSTRING_LEN(job->text);
}

static void *region(void *data) {
  measure_anywhere(data);
  measure_wrongly(data);
  return NULL;
}

VALUE run(VALUE self, VALUE text) {
  struct job job = {text, 0};
  measure_anywhere(&job);
  measure_wrongly(&job);
  rb_thread_call_without_gvl(region, &job, RUBY_UBF_IO, NULL);
  return LONG2NUM(job.length);
}
// CHECK: 1 finding (1 error) in 1 file; 1 region
