// Intent: a helper hands out the pointer and drops the string.
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

// The progress that Ruby code is told of: any of it may collect.
static void *progress(void *data) {
  rb_gc_start();
  return NULL;
}

static void *fill(void *data) {
  struct job *job = data;
  rb_thread_call_with_gvl(progress, NULL);
  // Violates R2.a: nothing keeps the string whose buffer this is.
  job->bytes[0] = 'x';
  return NULL;
}

// noinline: else what is left of `buffer` in this frame may keep it alive by luck.
__attribute__((noinline)) static void prepare(struct job *job) {
  VALUE buffer = rb_str_tmp_new(8000);
  job->bytes = RSTRING_PTR(buffer);
  job->length = RSTRING_LEN(buffer);
}

// Uses the stack that prepare() left behind.
__attribute__((noinline)) static void overwrite_stack(void) {
  volatile char frame[4096];
  memset((void *)frame, 0, sizeof(frame));
}

static VALUE run(VALUE self) {
  struct job job;
  prepare(&job);
  overwrite_stack();
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: {{error|warning}}: {{.*}}[R2.a]
// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: R2.a: 
// HEAP: WRITE of size 1
// HEAP: SUMMARY: GvlSanitizer: R2.a 
// HEAP: exit: 66
// RUBY: ERROR: GvlSanitizer: R2.a: 
// RUBY: WRITE of size 1 at 0x[[AT:[0-9a-f]+]]
// RUBY: 0x[[AT]] is 0 bytes inside a freed buffer of 80{{[0-9]+}} bytes, which the VM gave back in thread T0 during the region
// RUBY: SUMMARY: GvlSanitizer: R2.a {{.*}}violates-owner-out-of-scope.c:25:
// RUBY: exit: 66
