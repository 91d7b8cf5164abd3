// Intent: Qnil, register, assign is right whatever runs in between.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <stdio.h>

static VALUE prefix = Qnil;
static VALUE suffix = Qnil;

static VALUE run(VALUE self) {
  printf("length: %ld\n", RSTRING_LEN(rb_str_plus(prefix, suffix)));
  fflush(stdout);
  return Qnil;
}

void Init_example(void) {
  // Conforms: both variables are roots before they hold anything.
  rb_gc_register_address(&prefix);
  rb_global_variable(&suffix);
  prefix = rb_str_new_cstr("left");
  suffix = rb_str_new_cstr("right");
  rb_define_global_function("run", run, 0);
}

// STATIC-NOT: {{error|warning}}:
// STATIC: 0 findings in 1 file
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: length: 9
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: length: 9
// RUBY: exit: 0
