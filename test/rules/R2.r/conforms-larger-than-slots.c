// Intent: a buffer that exceeds every slot size has no slot to go back to.
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
  // Conforms: the capacity is 4096, and the largest slot has 640 bytes.
  memset(job->bytes, 'x', job->length);
  return NULL;
}

static VALUE run(VALUE self) {
  VALUE string = rb_str_buf_new(4096);
  rb_str_set_len(string, 100);
  struct job job = {RSTRING_PTR(string), RSTRING_LEN(string)};
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  printf("last: %c\n", RSTRING_PTR(string)[99]);
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
// HEAP: last: x
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: last: x
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
