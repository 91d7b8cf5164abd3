// Intent: the code under the lock that grows the String hands the region its new pointer.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <string.h>

struct job {
  VALUE string;
  char *bytes;
};

static void *grow(void *data) {
  struct job *job = data;
  rb_str_modify_expand(job->string, 100000);
  // Conforms: the region goes on with the buffer that the String has now.
  job->bytes = RSTRING_PTR(job->string);
  return NULL;
}

static void *fill(void *data) {
  struct job *job = data;
  memset(job->bytes, 'a', 1000);
  rb_thread_call_with_gvl(grow, job);
  memset(job->bytes, 'b', 1000);
  return NULL;
}

static VALUE run(VALUE self) {
  VALUE string = rb_str_tmp_new(4096);
  struct job job = {string, RSTRING_PTR(string)};
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  printf("first: %c\n", RSTRING_PTR(string)[0]);
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
// HEAP: first: b
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: first: b
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
