// Intent: the owner's last use is before the region, so the compiler may drop it there.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// UNSUPPORTED-HEAP: whether the conservative scan still sees a dead VALUE in this frame is the
//   compiler's choice.
// UNSUPPORTED-RUBY: nothing collects while this region runs; violates-owner-out-of-scope.c has one in which it does.
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
  memset(job->bytes, 1, job->length);
  return NULL;
}

static VALUE run(VALUE self) {
  VALUE buffer = rb_str_tmp_new(8000);
  struct job job = {RSTRING_PTR(buffer), RSTRING_LEN(buffer)};
  // Violates R2.a: no RB_GC_GUARD(buffer) and no use of it follows the call.
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: {{error|warning}}: {{.*}}[R2.a]
// STATIC: exit: 1
