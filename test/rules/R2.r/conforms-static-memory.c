// Intent: a String over memory that is not its own is not embedded again.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>

struct job {
  char *bytes;
  long length;
};

static const char table[] = "0123456789abcdef";

static void *last(void *data) {
  struct job *job = data;
  // Conforms: the bytes are the table's; the String only points to them.
  job->length = job->bytes[job->length - 1];
  return NULL;
}

static VALUE run(VALUE self) {
  VALUE string = rb_str_new_static(table, 16);
  struct job job = {RSTRING_PTR(string), RSTRING_LEN(string)};
  rb_thread_call_without_gvl(last, &job, RUBY_UBF_IO, NULL);
  printf("last: %c\n", (char)job.length);
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
// HEAP: last: f
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: last: f
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
