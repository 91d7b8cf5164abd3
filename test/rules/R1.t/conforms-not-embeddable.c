// Intent: a type without RUBY_TYPED_EMBEDDABLE keeps its struct in C memory. (Ruby refuses to wrap a struct of a type with it.)
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <stdlib.h>

struct sum {
  long total;
};

static const rb_data_type_t sum_type = {
    "sum", {NULL, RUBY_TYPED_DEFAULT_FREE, NULL}, NULL, NULL,
    RUBY_TYPED_FREE_IMMEDIATELY};

static void *add_up(void *data) {
  struct sum *sum = data;
  // Conforms: this struct came from calloc, and its type does not allow to embed it.
  for (int i = 0; i < 10; i++)
    sum->total += i;
  return NULL;
}

static VALUE run(VALUE self) {
  struct sum *sum = calloc(1, sizeof(*sum));
  VALUE object = TypedData_Wrap_Struct(rb_cObject, &sum_type, sum);
  rb_thread_call_without_gvl(add_up, sum, RUBY_UBF_IO, NULL);
  printf("total: %ld\n", sum->total);
  fflush(stdout);
  RB_GC_GUARD(object);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC-NOT: {{error|warning}}: 
// STATIC: 0 findings in 1 file; 1 region
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: total: 45
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: total: 45
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
