// Intent: a helper that is called with and without the GVL asks which it is.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>

int ruby_thread_has_gvl_p(void);

static void *make(void *data) {
  rb_ary_push(*(VALUE *)data, Qtrue);
  return NULL;
}

static void note(VALUE *made) {
  // Conforms: the lock is taken only by who does not hold it.
  if (ruby_thread_has_gvl_p())
    make(made);
  else
    rb_thread_call_with_gvl(make, made);
}

static void *work(void *data) {
  note(data);
  return NULL;
}

static VALUE run(VALUE self) {
  VALUE made = rb_ary_new();
  note(&made);
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
// HEAP: made: 2
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: made: 2
// RUBY: exit: 0
