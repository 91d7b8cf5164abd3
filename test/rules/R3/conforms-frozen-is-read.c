// Intent: a frozen owner may be read; it is the best one to read from.
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

static void *count(void *data) {
  struct job *job = data;
  long found = 0;
  // Conforms: nothing is written.
  for (long i = 0; i < job->length; i++)
    found += job->bytes[i] == 'x';
  job->length = found;
  return NULL;
}

static VALUE run(VALUE self) {
  VALUE string = rb_str_buf_new(4096);
  rb_str_set_len(string, 4096);
  memset(RSTRING_PTR(string), 'x', 4096);
  rb_str_freeze(string);
  struct job job = {RSTRING_PTR(string), RSTRING_LEN(string)};
  rb_thread_call_without_gvl(count, &job, RUBY_UBF_IO, NULL);
  printf("found: %ld\n", job.length);
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
// HEAP: found: 4096
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: found: 4096
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
