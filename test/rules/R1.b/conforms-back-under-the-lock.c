// Intent: a region that needs the object goes back for the lock.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>

struct job {
  VALUE string;
  long length;
};

static void *look(void *data) {
  struct job *job = data;
  // Conforms: rb_thread_call_with_gvl took the lock back for this function.
  job->length = RSTRING_LEN(job->string);
  return NULL;
}

static void *work(void *data) {
  return rb_thread_call_with_gvl(look, data);
}

static VALUE run(VALUE self) {
  VALUE string = rb_str_new_cstr("abc");
  struct job job = {string, 0};
  rb_thread_call_without_gvl(work, &job, RUBY_UBF_IO, NULL);
  printf("length: %ld\n", job.length);
  fflush(stdout);
  RB_GC_GUARD(string);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC-NOT: {{error|warning}}: 
// STATIC: 0 findings in 1 file; 1 region
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: length: 3
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: length: 3
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
