// Intent: the struct of a T_DATA is C memory: unwrapped under the lock it may be used in the region.
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
  struct counter *counter = data;
  // Conforms: counter came from calloc; its owner is guarded below.
  counter->count++;
  return NULL;
}

static VALUE run(VALUE self) {
  VALUE object = counter_new();
  struct counter *counter;
  TypedData_Get_Struct(object, struct counter, &counter_type, counter);
  rb_thread_call_without_gvl(increment, counter, RUBY_UBF_IO, NULL);
  printf("count: %ld\n", counter->count);
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
// HEAP: count: 42
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: count: 42
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
