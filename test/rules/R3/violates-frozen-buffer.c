// Intent: a region fills the buffer of a String that was frozen before.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: the runtime follows accesses to slots, not to the buffers that objects own.
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
  // Violates R3: whoever holds the frozen String relies on its bytes.
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}which is frozen, are written by memset{{.*}}[R3]
  memset(job->bytes, 'x', job->length);
  return NULL;
}

static VALUE run(VALUE self) {
  VALUE string = rb_str_buf_new(4096);
  rb_str_set_len(string, 4096);
  rb_str_freeze(string);
  struct job job = {RSTRING_PTR(string), RSTRING_LEN(string)};
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(string);
  return string;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1

// HEAP: ERROR: GvlSanitizer: R3
// HEAP-NEXT: WRITE of size 4096 at {{.*}} (user mode, by memset)
// HEAP: exit: 66
