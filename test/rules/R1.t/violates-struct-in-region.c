// Intent: the struct of an embeddable type lives in the slot; its address is an interior pointer.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: the stock Ruby here is 3.1, which embeds no struct of a T_DATA.
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>

// Ruby 3.3 and later; older ones do not know the flag.
#ifndef RUBY_TYPED_EMBEDDABLE
#define RUBY_TYPED_EMBEDDABLE 2
#endif

struct sum {
  long total;
};

static const rb_data_type_t sum_type = {
    "sum", {NULL, RUBY_TYPED_DEFAULT_FREE, NULL}, NULL, NULL,
    RUBY_TYPED_FREE_IMMEDIATELY | RUBY_TYPED_EMBEDDABLE};

static void *add_up(void *data) {
  struct sum *sum = data;
  for (int i = 0; i < 10; i++)
    // Violates R1.t: TypedData_Make_Struct put this struct into the object's slot.
    // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: the struct of {{.*}}[R1.t]
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

// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: R1.t: 
// HEAP: SUMMARY: GvlSanitizer: R1.t 
// HEAP: exit: 66
