// Intent: a registered global is a root, and what it holds is pinned.
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

static VALUE buffer;

static void *fill(void *data) {
  struct job *job = data;
  // Conforms: the owner is held by a registered global.
  memset(job->bytes, 1, job->length);
  return NULL;
}

static VALUE run(VALUE self) {
  struct job job = {RSTRING_PTR(buffer), RSTRING_LEN(buffer)};
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  printf("last: %d\n", job.bytes[job.length - 1]);
  fflush(stdout);
  return Qnil;
}

void Init_example(void) {
  buffer = Qnil;
  rb_gc_register_address(&buffer);
  buffer = rb_str_tmp_new(8000);
  rb_define_global_function("run", run, 0);
}

// STATIC-NOT: {{error|warning}}: 
// STATIC: 0 findings in 1 file; 1 region
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: last: 1
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: last: 1
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
