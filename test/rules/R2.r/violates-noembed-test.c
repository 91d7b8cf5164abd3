// Intent: that a String is not embedded now is no proof that it stays so.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// UNSUPPORTED-HEAP: neither heap of the tests moves a String between slot sizes while a region
//   runs.
// UNSUPPORTED-RUBY: neither heap of the tests moves a String between slot sizes while a region
//   runs.
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
    // Violates R2.r: a buffer of 100 bytes fits a slot of 160; compaction may move
    // the bytes there and free it, pinned or not.
    // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}not embedded now{{.*}}[R2.r]
    spaces += job->bytes[i] == ' ';
  job->length = spaces;
  return NULL;
}

static VALUE run(VALUE self) {
  VALUE string = rb_str_buf_new(100);
  rb_str_cat_cstr(string, "so far as it goes");
  if (!(RBASIC(string)->flags & RSTRING_NOEMBED))
    return Qnil;
  struct job job = {RSTRING_PTR(string), RSTRING_LEN(string)};
  rb_thread_call_without_gvl(count, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(string);
  return LONG2FIX(job.length);
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1
