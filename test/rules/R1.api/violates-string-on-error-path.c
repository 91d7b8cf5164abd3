// Intent: the error path of a callee makes a Ruby string for its message.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>

struct job {
  int input;
  VALUE error;
};

static int divide(struct job *job) {
  if (job->input == 0) {
    // Violates R1.api: an object is allocated without the lock.
    // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.api]
    job->error = rb_str_new_cstr("divided by zero");
    return 0;
  }
  return 100 / job->input;
}

static void *work(void *data) {
  struct job *job = data;
  divide(job);
  return NULL;
}

static VALUE run(VALUE self) {
  struct job job = {0, Qnil};
  rb_thread_call_without_gvl(work, &job, RUBY_UBF_IO, NULL);
  printf("failed: %s\n", NIL_P(job.error) ? "no" : "yes");
  fflush(stdout);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: R1.api: 
// HEAP: rb_str_new_cstr
// HEAP: SUMMARY: GvlSanitizer: R1.api 
// HEAP: exit: 66
// RUBY: ERROR: GvlSanitizer: R1.api: 
// RUBY: CALL of rb_str_new
// RUBY: #{{[01]}} {{.*}} in divide 
// RUBY: SUMMARY: GvlSanitizer: R1.api 
// RUBY: exit: 66
