// Intent: a work buffer of the method's own was given to a block before the region.
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
  memset(job->bytes, 'x', job->length);
  return NULL;
}

static VALUE filled(VALUE self) {
  VALUE buffer = rb_str_buf_new(8192);
  struct job job = {RSTRING_PTR(buffer), 8192};
  if (rb_block_given_p())
    rb_yield(buffer);
  // Violates R2.c: the block may have kept the buffer.
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: Ruby code of another thread can change {{.*}}[R2.c]
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(buffer);
  return Qnil;
}

static VALUE look(RB_BLOCK_CALL_FUNC_ARGLIST(buffer, data)) {
  return Qnil;
}

static VALUE run(VALUE self) {
  return rb_block_call(self, rb_intern("filled"), 0, NULL, look, Qnil);
}

void Init_example(void) {
  rb_define_global_function("filled", filled, 0);
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: R2.c: 
// HEAP: SUMMARY: GvlSanitizer: R2.c {{.*}} in filled
// HEAP: exit: 66
