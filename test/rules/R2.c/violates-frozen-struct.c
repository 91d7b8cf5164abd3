// Intent: the struct of a frozen T_DATA is changed in a region.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: the runtime does not follow the structs of T_DATA in C memory.
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <stdlib.h>

struct counter {
  long count;
};

static const rb_data_type_t counter_type = {
    "counter", {NULL, RUBY_TYPED_DEFAULT_FREE, NULL}, NULL, NULL, RUBY_TYPED_FREE_IMMEDIATELY};

static void *count(void *data) {
  struct counter *counter = data;
  for (int i = 0; i < 10; i++)
    // Violates R2.c: the object was frozen before; others rely on it.
    // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: the struct of {{.*}}which is frozen, is changed without the GVL [R2.c]
    counter->count += i;
  return NULL;
}

static VALUE run(VALUE self) {
  struct counter *counter;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct counter, &counter_type, counter);
  rb_obj_freeze(object);
  rb_thread_call_without_gvl(count, counter, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(object);
  return object;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: R2.c: 
// HEAP: WRITE of size 8
// HEAP: SUMMARY: GvlSanitizer: R2.c 
// HEAP: exit: 66
