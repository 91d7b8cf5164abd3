// Intent: a region takes the GVL back for a while.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>

static void *make(void *data) {
  rb_ary_push(*(VALUE *)data, Qtrue);
  return NULL;
}

static void *work(void *data) {
  // Conforms: the region runs without the GVL, on a thread of Ruby's.
  return rb_thread_call_with_gvl(make, data);
}

static VALUE run(VALUE self) {
  VALUE made = rb_ary_new();
  rb_thread_call_without_gvl(work, &made, RUBY_UBF_IO, NULL);
  printf("made: %ld\n", RARRAY_LEN(made));
  fflush(stdout);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC-NOT: {{error|warning}}:
// STATIC: 0 findings in 1 file
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: made: 1
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: made: 1
// RUBY: exit: 0
