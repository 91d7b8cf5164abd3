// Intent: a callback that needs an object asks for the lock, and pure tag tests need none.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>

struct job {
  VALUE error;
};

static void *make_error(void *data) {
  struct job *job = data;
  // Conforms: the lock is held again.
  job->error = rb_str_new_cstr("divided by zero");
  return NULL;
}

static void *work(void *data) {
  struct job *job = data;
  // Conforms: NIL_P compares bits and follows nothing.
  if (NIL_P(job->error))
    rb_thread_call_with_gvl(make_error, job);
  return NULL;
}

static VALUE run(VALUE self) {
  struct job job = {Qnil};
  rb_thread_call_without_gvl(work, &job, RUBY_UBF_IO, NULL);
  printf("failed: %s\n", NIL_P(job.error) ? "no" : "yes");
  fflush(stdout);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC-NOT: {{error|warning}}: 
// STATIC: 0 findings in 1 file; 1 region
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: failed: yes
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: failed: yes
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
