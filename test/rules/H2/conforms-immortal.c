// Intent: what C code defines and what is no object at all needs no registration.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <stdio.h>

static VALUE counter_class, sym_count, zero;
static ID id_count;

static VALUE run(VALUE self) {
  int same = counter_class != Qnil && sym_count == ID2SYM(id_count) && zero == INT2FIX(0);
  printf("same: %d\n", same);
  fflush(stdout);
  return Qnil;
}

void Init_example(void) {
  // Conforms: classes that C code defines are pinned, symbols of IDs and small numbers are
  // no slots.
  counter_class = rb_define_class("ExampleCounter", rb_cObject);
  id_count = rb_intern("count");
  sym_count = ID2SYM(id_count);
  zero = INT2FIX(0);
  rb_define_global_function("run", run, 0);
}

// STATIC-NOT: {{error|warning}}:
// STATIC: 0 findings in 1 file
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: same: 1
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: same: 1
// RUBY: exit: 0
