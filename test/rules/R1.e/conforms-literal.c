// Intent: a string made of a C literal points at the literal, which is no heap memory.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <string.h>

static void *measure(void *data) {
  const char *name = data;
  // Conforms: the bytes are the literal's own, in the library's constant data.
  return (void *)strlen(name);
}

static VALUE run(VALUE self) {
  // rb_str_new_cstr and rb_str_new do the same when they are given a literal.
  VALUE name = rb_str_new_static("example", 7);
  void *length = rb_thread_call_without_gvl(measure, RSTRING_PTR(name),
                                            RUBY_UBF_IO, NULL);
  printf("length: %lu\n", (unsigned long)length);
  fflush(stdout);
  RB_GC_GUARD(name);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC-NOT: {{error|warning}}: 
// STATIC: 0 findings in 1 file; 1 region
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: length: 7
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: length: 7
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
