// Intent: a registered global pins what the library keeps.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <pthread.h>
#include <ruby.h>
#include <stdio.h>

static pthread_key_t current;
static VALUE lines = Qnil;

static VALUE run(VALUE self) {
  lines = rb_ary_new();
  // Conforms: `lines` is a root, and pins the Array for as long as it holds it.
  pthread_setspecific(current, (void *)lines);
  rb_ary_push((VALUE)pthread_getspecific(current), Qtrue);
  printf("%ld lines\n", RARRAY_LEN(lines));
  fflush(stdout);
  return Qnil;
}

void Init_example(void) {
  rb_gc_register_address(&lines);
  pthread_key_create(&current, NULL);
  rb_define_global_function("run", run, 0);
}

// STATIC-NOT: {{error|warning}}:
// STATIC: 0 findings in 1 file
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: 1 lines
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: 1 lines
// RUBY: exit: 0
