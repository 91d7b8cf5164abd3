// Intent: plain loads and stores in a region are judged by where in the slot they go, each one,
//   and take effect; the same code under the lock is silent, and so is a region after it.
// REQUIRES: runtime_heap
// RUN: %cc -shared -fPIC %heap_cflags -I%source/sanitizer/include %S/Inputs/reporter.c -o %t.reporter.so
// RUN: %cc -shared -fPIC -O1 -g %heap_cflags %s -o %t.so
// RUN: env LD_PRELOAD=%t.reporter.so rheap run %t.so 2>&1 | FileCheck %s
// RUN: env LD_PRELOAD=%t.reporter.so RHEAP_SEAL=0 rheap run %t.so 2>&1 | FileCheck %s --check-prefix=OFF
#include <ruby.h>
#include <ruby/thread.h>

struct counter {
  int pad, count;
};

static const rb_data_type_t embedded_type = {
    "embedded", {NULL, RUBY_DEFAULT_FREE, NULL}, NULL, NULL,
    RUBY_TYPED_FREE_IMMEDIATELY | RUBY_TYPED_EMBEDDABLE};

struct job {
  VALUE string, array;
  char *bytes, *external;
  const VALUE *elements;
  struct counter *counter;
  volatile long sink;
};

void *touch(void *data) {
  struct job *job = data;
  // OFF-NOT: R1
  // CHECK: R1.a: read of 8 by code in touch, slot String String embedded
  job->sink = RSTRING(job->string)->len;
  // CHECK-NEXT: R1.a: write of 8 by code in touch, slot String
  *(volatile VALUE *)&RBASIC(job->string)->flags |= FL_USER4;
  // CHECK-NEXT: R1.e: read of 1 by code in touch, slot String String embedded
  job->sink = ((volatile char *)job->bytes)[1];
  // CHECK-NEXT: R1.e: write of 1 by code in touch, slot String
  ((volatile char *)job->bytes)[0] = 'X';
  // CHECK-NEXT: R1.e: write of 2 by code in touch, slot String
  *(volatile short *)(job->bytes + 2) = 0x5959;
  // CHECK-NEXT: R1.e: read of 8 by code in touch, slot Array Array embedded
  job->sink = ((volatile const VALUE *)job->elements)[0];
  // CHECK-NEXT: R1.t: write of 4 by code in touch, slot Data Object embedded
  ((volatile struct counter *)job->counter)->count = 1;
  // What an external string owns is not in a slot: silent.
  ((volatile char *)job->external)[0] = 'Z';
  return NULL;
}

static VALUE run(VALUE self) {
  struct job job = {rb_str_new_cstr("abcd"), rb_ary_new_from_args(1, Qtrue)};
  VALUE external = rb_str_tmp_new(5000);
  VALUE counter = TypedData_Make_Struct(rb_cObject, struct counter,
                                        &embedded_type, job.counter);
  job.bytes = RSTRING_PTR(job.string);
  job.external = RSTRING_PTR(external);
  job.elements = RARRAY_CONST_PTR(job.array);
  rb_thread_call_without_gvl(touch, &job, NULL, NULL);
  // CHECK-NEXT: first: XbYY 1 Z 1
  // OFF: first: XbYY 1 Z 1
  printf("first: %s %d %c %d\n", RSTRING_PTR(job.string), job.counter->count,
         RSTRING_PTR(external)[0], FL_TEST(job.string, FL_USER4) != 0);
  fflush(stdout);
  touch(&job);
  // CHECK-NEXT: under the lock: 1
  printf("under the lock: %d\n", job.counter->count);
  // CHECK-NOT: R1
  RB_GC_GUARD(job.string);
  RB_GC_GUARD(job.array);
  RB_GC_GUARD(external);
  RB_GC_GUARD(counter);
  return Qnil;
}

void Init_example(void) { rb_define_global_function("run", run, 0); }
