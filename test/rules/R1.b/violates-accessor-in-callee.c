// Intent: a helper that is right under the lock is called from a region.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>

struct job {
  VALUE list;
  long count;
};

static long count_of(VALUE list) {
  // Violates R1.b: reached from the region below, where the lock is released.
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.b]
  return RARRAY_LEN(list);
}

static void *work(void *data) {
  struct job *job = data;
  job->count = count_of(job->list);
  return NULL;
}

static VALUE run(VALUE self) {
  VALUE list = rb_ary_new();
  rb_ary_push(list, INT2FIX(1));
  struct job job = {list, 0};
  rb_thread_call_without_gvl(work, &job, RUBY_UBF_IO, NULL);
  printf("count: %ld %ld\n", job.count, count_of(list));
  fflush(stdout);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: R1.b: 
// HEAP: SUMMARY: GvlSanitizer: R1.b 
// HEAP: exit: 66
// Compiled, an accessor is the loads that its header wrote: fields of the slot.
// RUBY: ERROR: GvlSanitizer: R1.a: 
// RUBY: READ of size
// RUBY: #{{[0-9]+}} {{.*}}count_of
// RUBY: SUMMARY: GvlSanitizer: R1.a 
// RUBY: exit: 66
