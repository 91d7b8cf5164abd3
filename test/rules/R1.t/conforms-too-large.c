// Intent: a struct that is larger than every slot is not embedded although its type allows it.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>

// Ruby 3.3 and later; older ones do not know the flag.
#ifndef RUBY_TYPED_EMBEDDABLE
#define RUBY_TYPED_EMBEDDABLE 2
#endif

struct sum {
  long total;
  char scratch[1000];
};

static const rb_data_type_t sum_type = {
    "sum", {NULL, RUBY_TYPED_DEFAULT_FREE, NULL}, NULL, NULL,
    RUBY_TYPED_FREE_IMMEDIATELY | RUBY_TYPED_EMBEDDABLE};

static void *add_up(void *data) {
  struct sum *sum = data;
  // Conforms: more than 1000 bytes fit no slot, so that this is C memory.
  for (int i = 0; i < 10; i++)
    sum->total += i;
  return NULL;
}

static VALUE run(VALUE self) {
  struct sum *sum;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct sum, &sum_type, sum);
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
