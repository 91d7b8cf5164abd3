// Intent: the region returns a code, and the exception is raised under the lock.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <stdlib.h>

struct job {
  int input;
  int failed;
};

static void *work(void *data) {
  struct job *job = data;
  // Conforms: malloc and free are libc's, and no object is touched.
  char *buffer = malloc(100);
  if (buffer == NULL || job->input == 0)
    job->failed = 1;
  free(buffer);
  return NULL;
}

static VALUE divide(VALUE self) {
  struct job job = {0, 0};
  rb_thread_call_without_gvl(work, &job, RUBY_UBF_IO, NULL);
  if (job.failed)
    rb_raise(rb_eArgError, "divided by zero");
  return Qnil;
}

static VALUE rescued(VALUE self, VALUE error) { return INT2FIX(1); }

static VALUE run(VALUE self) {
  VALUE result = rb_rescue(divide, self, rescued, Qnil);
  printf("rescued: %d\n", FIX2INT(result));
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
// HEAP: rescued: 1
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: rescued: 1
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
