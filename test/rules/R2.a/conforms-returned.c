// Intent: an owner that is used after the region, here returned, needs no guard.
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
  // Conforms: the owner's last use is after the region.
  memset(job->bytes, 'x', job->length);
  return NULL;
}

static VALUE make(void) {
  VALUE buffer = rb_str_buf_new(8000);
  struct job job = {RSTRING_PTR(buffer), 8000};
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  rb_str_set_len(buffer, 8000);
  return buffer;
}

static VALUE run(VALUE self) {
  printf("length: %ld\n", RSTRING_LEN(make()));
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
// HEAP: length: 8000
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: length: 8000
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
