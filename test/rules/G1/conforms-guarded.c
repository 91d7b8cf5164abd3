// Intent: RB_GC_GUARD behind the last use of the pointer keeps the owner in the frame.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
// RUN_ENV: RHEAP_GC_STRESS=1
#include <ruby.h>
#include <stdio.h>

static VALUE run(VALUE self) {
  VALUE text = rb_sprintf("%s %s", "hello", "world");
  const char *bytes = RSTRING_PTR(text);
  // Conforms: the owner is guarded until after the copy.
  VALUE word = rb_str_new(bytes + 6, 5);
  RB_GC_GUARD(text);
  printf("word: %s\n", RSTRING_PTR(word));
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
// HEAP: word: world
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: word: world
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
