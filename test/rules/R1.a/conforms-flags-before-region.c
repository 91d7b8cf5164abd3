// Intent: the region gets the answer, not the object.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>

struct arguments {
  int frozen;
  long result;
};

static void *work(void *data) {
  struct arguments *arguments = data;
  // Conforms: the flag was read under the lock; this is stack memory.
  arguments->result = arguments->frozen ? 1 : 2;
  return NULL;
}

static VALUE run(VALUE self) {
  VALUE string = rb_str_new_cstr("abc");
  struct arguments arguments = {!!(RBASIC(string)->flags & RUBY_FL_FREEZE), 0};
  rb_thread_call_without_gvl(work, &arguments, RUBY_UBF_IO, NULL);
  printf("result: %ld\n", arguments.result);
  fflush(stdout);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC-NOT: {{error|warning}}: 
// STATIC: 0 findings in 1 file; 1 region
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: result: 2
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: result: 2
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
