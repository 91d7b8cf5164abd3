// Intent: an Array that checks its own flag before the region may be embedded again during it.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// UNSUPPORTED-HEAP: neither heap of the tests moves a String between slot sizes while a region
//   runs.
// UNSUPPORTED-RUBY: neither heap of the tests moves a String between slot sizes while a region
//   runs.
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>

struct job {
  const VALUE *elements;
  long length;
};

static void *fixnums(void *data) {
  struct job *job = data;
  long sum = 0;
  for (long i = 0; i < job->length; i++)
    // Violates R2.r: the elements may be put back into the slot of an Array.
    // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}may embed them again{{.*}}[R2.r]
    sum += FIX2LONG(job->elements[i]);
  job->length = sum;
  return NULL;
}

static VALUE run(VALUE self) {
  VALUE numbers = rb_ary_new_capa(20);
  for (int i = 0; i < 20; i++)
    rb_ary_push(numbers, INT2FIX(i));
  if (RBASIC(numbers)->flags & RARRAY_EMBED_FLAG)
    return Qnil;
  struct job job = {RARRAY_CONST_PTR(numbers), RARRAY_LEN(numbers)};
  rb_thread_call_without_gvl(fixnums, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(numbers);
  return LONG2FIX(job.length);
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1
