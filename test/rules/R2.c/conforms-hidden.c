// Intent: a temporary that Ruby code has never seen.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <string.h>

struct job {
  char *bytes;
  long length;
};

static void *fill(void *data) {
  struct job *job = data;
  memset(job->bytes, 'x', job->length);
  return NULL;
}

static VALUE run(VALUE self) {
  // Conforms: rb_str_tmp_new makes a String without a class; not even ObjectSpace
  // hands it out.
  VALUE buffer = rb_str_tmp_new(8192);
  struct job job = {RSTRING_PTR(buffer), 8192};
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  printf("last: %c\n", RSTRING_PTR(buffer)[8191]);
  fflush(stdout);
  RB_GC_GUARD(buffer);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC-NOT: {{error|warning}}: 
// STATIC: 0 findings in 1 file; 1 region
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: last: x
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: last: x
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
