// Intent: asking an object's flags in a region reads its header.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>

static void *is_frozen(void *data) {
  VALUE object = (VALUE)data;
  // Violates R1.a: flags is a field of RBasic, the first word of the slot, and
  // the lock is released here.
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.a]
  return (void *)(RBASIC(object)->flags & RUBY_FL_FREEZE);
}

static VALUE run(VALUE self) {
  VALUE string = rb_str_new_cstr("abc");
  void *frozen =
      rb_thread_call_without_gvl(is_frozen, (void *)string, RUBY_UBF_IO, NULL);
  printf("frozen: %s\n", frozen ? "yes" : "no");
  fflush(stdout);
  RB_GC_GUARD(string);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: R1.a: 
// HEAP: READ of size
// HEAP: SUMMARY: GvlSanitizer: R1.a 
// HEAP: exit: 66
// RUBY: ERROR: GvlSanitizer: R1.a: 
// RUBY: READ of size
// RUBY: #{{[0-9]+}} {{.*}}is_frozen
// RUBY: SUMMARY: GvlSanitizer: R1.a 
// RUBY: exit: 66
