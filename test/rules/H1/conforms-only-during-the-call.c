// Intent: qsort_r(3) is done with its argument when it returns; the frame holds the block until then.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#define _GNU_SOURCE
#include <ruby.h>
#include <stdio.h>
#include <stdlib.h>

static int compare(const void *a, const void *b, void *data) {
  rb_ary_push((VALUE)data, Qtrue);
  return *(const int *)a - *(const int *)b;
}

static VALUE run(VALUE self) {
  VALUE calls = rb_ary_new();
  int numbers[] = {3, 1, 2};
  // Conforms: the Array is used only while this frame holds it.
  qsort_r(numbers, 3, sizeof(int), compare, (void *)calls);
  printf("first: %d, called: %d\n", numbers[0], RARRAY_LEN(calls) > 0);
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
// HEAP: first: 1, called: 1
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: first: 1, called: 1
// RUBY: exit: 0
