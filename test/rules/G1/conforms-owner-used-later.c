// Intent: owners that need no guard: one that is used after the call, one whose address the
//   conversion knows, a method's argument, and one that an Array holds.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
// RUN_ENV: RHEAP_GC_STRESS=1
#include <ruby.h>
#include <stdio.h>

static VALUE last_word(VALUE self, VALUE given) {
  // Conforms: the caller keeps the argument, live and in place.
  const char *bytes = RSTRING_PTR(given);
  return rb_str_new(bytes + 6, RSTRING_LEN(given) - 6);
}

static VALUE run(VALUE self) {
  VALUE kept = rb_ary_new();
  VALUE text = rb_sprintf("%s %s", "hello", "world");
  VALUE named = rb_sprintf("%s", "name");
  VALUE held = rb_sprintf("%s", "held");
  rb_ary_push(kept, held);
  const char *of_text = RSTRING_PTR(text), *of_held = RSTRING_PTR(held);
  // Conforms: StringValueCStr knows the variable's address, so that it stays in the frame.
  const char *of_named = StringValueCStr(named);
  VALUE word = rb_str_new(of_text + 6, 5);
  VALUE copy = rb_str_new(of_named, 4), other = rb_str_new(of_held, 4);
  // Conforms: text and the Array are used after the calls.
  printf("%s %s %s %s of %ld, %ld\n", RSTRING_PTR(last_word(self, text)),
         RSTRING_PTR(word), RSTRING_PTR(copy), RSTRING_PTR(other),
         RSTRING_LEN(text), RARRAY_LEN(kept));
  fflush(stdout);
  RB_GC_GUARD(word);
  RB_GC_GUARD(copy);
  RB_GC_GUARD(other);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
  rb_define_global_function("last_word", last_word, 1);
}

// STATIC-NOT: {{error|warning}}:
// STATIC: 0 findings in 1 file
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: world world name held of 11, 1
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: world world name held of 11, 1
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
