// Intent: an argument stays where it is, but its caller can change it from another thread.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: the runtime follows accesses to slots, not to the buffers that objects own.
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
  for (long i = 0; i < job->length; i++)
    spaces += job->bytes[i] == ' ';
  job->length = spaces;
  return NULL;
}

static VALUE count_spaces(VALUE self, VALUE text) {
  StringValue(text);
  // Only long texts are worth it; they are not embedded.
  if (RSTRING_LEN(text) < 4096)
    return Qnil;
  struct job job = {RSTRING_PTR(text), RSTRING_LEN(text)};
  // Violates R2.c: text << "x" in another thread frees the buffer meanwhile.
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: Ruby code of another thread can change 'text' {{.*}}[R2.c]
  rb_thread_call_without_gvl(count, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(text);
  return LONG2FIX(job.length);
}

static VALUE run(VALUE self) {
  VALUE text = rb_str_buf_new(8192);
  rb_str_set_len(text, 8192);
  return rb_funcall(self, rb_intern("count_spaces"), 1, text);
}

void Init_example(void) {
  rb_define_global_function("count_spaces", count_spaces, 1);
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: R2.c: 
// HEAP: READ of size 1
// HEAP: SUMMARY: GvlSanitizer: R2.c {{.*}} in count
// HEAP: exit: 66
