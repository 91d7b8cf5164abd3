// Intent: unwrapping a T_DATA in the region reads the slot, though the struct is in C memory.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <stdlib.h>

struct counter {
  long count;
};

static void counter_free(void *data) { free(data); }

static const rb_data_type_t counter_type = {
    "counter", {NULL, counter_free, NULL}, NULL, NULL, RUBY_TYPED_FREE_IMMEDIATELY};

static VALUE counter_new(void) {
  struct counter *counter = calloc(1, sizeof(*counter));
  counter->count = 41;
  return TypedData_Wrap_Struct(rb_cObject, &counter_type, counter);
}

static void *increment(void *data) {
  VALUE self = (VALUE)data;
  // Violates R1.a: the struct is C memory, but the pointer to it is a field of
  // RTypedData, in the slot.
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.a]
  struct counter *counter = RTYPEDDATA(self)->data;
  counter->count++;
  return NULL;
}

static VALUE run(VALUE self) {
  VALUE object = counter_new();
  rb_thread_call_without_gvl(increment, (void *)object, RUBY_UBF_IO, NULL);
  struct counter *counter = RTYPEDDATA_DATA(object);
  printf("count: %ld\n", counter->count);
  fflush(stdout);
  RB_GC_GUARD(object);
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
// RUBY: #{{[0-9]+}} {{.*}}increment
// RUBY: SUMMARY: GvlSanitizer: R1.a 
// RUBY: exit: 66
