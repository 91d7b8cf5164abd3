// Intent: the memory of ALLOCV_N is marked for as long as its variable holds it.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
// RUN_ENV: RHEAP_GC_STRESS=1
#include <ruby.h>
#include <stdio.h>

static VALUE run(VALUE self) {
  VALUE buffer;
  VALUE *parts = ALLOCV_N(VALUE, buffer, 1000);
  for (int i = 0; i < 1000; i++)
    parts[i] = rb_sprintf("part %d", i);
  // Conforms: the collector looks into the buffer.
  VALUE all = rb_ary_new_from_values(1000, parts);
  ALLOCV_END(buffer);
  printf("parts: %ld\n", RARRAY_LEN(all));
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
// HEAP: parts: 1000
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: parts: 1000
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
