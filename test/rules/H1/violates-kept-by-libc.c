// Intent: on_exit(3) keeps its argument until the process ends; nothing else keeps the Array.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// UNSUPPORTED-HEAP: the runtime heap cannot see what a library keeps; the use of the freed slot would
//   be C2.
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

// STATIC: violates-kept-by-libc.c:18:{{[0-9]+}}: error: an object is handed to 'on_exit', which keeps it: nothing keeps it live{{.*}}[H1]
// STATIC: exit: 1
