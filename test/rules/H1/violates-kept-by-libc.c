// Intent: on_exit(3) keeps its argument until the process ends; nothing else keeps the Array.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: stock Ruby gives the slot away; the symptom is wrong data.
#define _DEFAULT_SOURCE
#include <ruby.h>
#include <stdio.h>
#include <stdlib.h>

static void report(int status, void *data) {
  printf("%ld lines\n", RARRAY_LEN((VALUE)data));
}

static VALUE run(VALUE self) {
  VALUE lines = rb_ary_new();
  // Violates H1: once this frame is gone, the Array is garbage.
  on_exit(report, (void *)lines);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: violates-kept-by-libc.c:17:{{[0-9]+}}: error: an object is handed to 'on_exit', which keeps it: nothing keeps it live{{.*}}[H1]
// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: H1: 
// HEAP: CALL of on_exit
// HEAP: SUMMARY: GvlSanitizer: H1 {{.*}} in run
// HEAP: ERROR: GvlSanitizer: C2: 
// HEAP: SUMMARY: GvlSanitizer: C2 {{.*}} in report
// HEAP: exit: -6
