// Intent: the region reads a frozen copy, which nobody can change.
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

static void *count(void *data) {
  struct job *job = data;
  long spaces = 0;
  // Conforms: the copy shares the buffer; a change of the original gets a new one.
  for (long i = 0; i < job->length; i++)
    spaces += job->bytes[i] == ' ';
  job->length = spaces;
  return NULL;
}

static VALUE count_spaces(VALUE self, VALUE text) {
  StringValue(text);
  if (RSTRING_LEN(text) < 4096)
    return Qnil;
  VALUE copy = rb_str_new_frozen(text);
  struct job job = {RSTRING_PTR(copy), RSTRING_LEN(copy)};
  rb_thread_call_without_gvl(count, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(copy);
  return LONG2FIX(job.length);
}

static VALUE run(VALUE self) {
  VALUE text = rb_str_buf_new(8192);
  for (int i = 0; i < 4096; i++)
    rb_str_cat(text, i % 2 ? " " : "x", 1);
  printf("spaces: %ld\n", FIX2LONG(count_spaces(self, text)));
  fflush(stdout);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("count_spaces", count_spaces, 1);
  rb_define_global_function("run", run, 0);
}

// STATIC-NOT: {{error|warning}}: 
// STATIC: 0 findings in 1 file; 1 region
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: spaces: 2048
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: spaces: 2048
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
