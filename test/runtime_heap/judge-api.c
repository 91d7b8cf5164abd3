// Intent: every API function that needs the lock is judged at its entry, called in a region or
//   from a thread that the heap does not know; the call works all the same.
// REQUIRES: runtime_heap
// RUN: %cc -shared -fPIC %heap_cflags -I%source/sanitizer/include %S/Inputs/reporter.c -o %t.reporter.so
// RUN: %cc -shared -fPIC -O1 -g %heap_cflags %s -o %t.so
// RUN: env LD_PRELOAD=%t.reporter.so rheap run %t.so 2>&1 | FileCheck %s
// RUN: rheap run %t.so --method in_region 2>&1 | FileCheck %s --check-prefix=ALONE
// RUN: rheap run %t.so --method raise_in_region 2>&1 | FileCheck %s --check-prefix=RAISE
// RAISE: rescued with the lock: 1
#include <ruby.h>
#include <ruby/thread.h>

#include <pthread.h>

static VALUE made;

void *region(void *data) {
  // CHECK: R1.api: call of 0 by rb_str_new_cstr in region, lock released
  made = rb_str_new_cstr("made in a region");
  // CHECK-NEXT: R1.api: call of 0 by rb_intern in region, lock released
  rb_intern("name");
  // CHECK-NEXT: R1.api: call of 0 by xmalloc2 in region, lock released
  // CHECK-NEXT: R1.api: call of 0 by xfree in region, lock released
  xfree(ALLOC_N(int, 10));
  // These are documented as callable without the lock.
  ruby_thread_has_gvl_p();
  ruby_native_thread_p();
  rb_errno();
  // And these look at the VALUE only.
  return (void *)(NUM2LONG(INT2FIX(3)) + NIL_P(Qnil) + RB_TYPE_P(Qtrue, T_TRUE) +
                  (long)RFLOAT_VALUE(DBL2NUM(1.5)));
}

static VALUE in_region(VALUE self) {
  made = Qnil;
  rb_gc_register_address(&made);
  long sum = (long)rb_thread_call_without_gvl(region, NULL, NULL, NULL);
  // CHECK-NEXT: made in a region 6
  // ALONE-NOT: R1
  // ALONE: made in a region 6
  printf("%s %ld\n", RSTRING_PTR(made), sum);
  fflush(stdout);
  return Qnil;
}

void *raise_region(void *data) {
  // CHECK-NEXT: R1.api: call of 0 by rb_raise in raise_region, lock released
  rb_raise(rb_eRuntimeError, "from a region");
}

static VALUE raising(VALUE unused) {
  rb_thread_call_without_gvl(raise_region, NULL, NULL, NULL);
  return Qnil;
}

static VALUE rescued(VALUE unused, VALUE error) {
  // CHECK-NEXT: rescued with the lock: 1
  printf("rescued with the lock: %d\n", ruby_thread_has_gvl_p());
  fflush(stdout);
  return Qnil;
}

void *foreign(void *data) {
  // CHECK-NEXT: R1.api: call of 0 by rb_ary_new in foreign, lock foreign
  made = rb_ary_new();
  return NULL;
}

void *wait_for_foreign(void *data) {
  pthread_t thread;
  pthread_create(&thread, NULL, foreign, NULL);
  pthread_join(thread, NULL);
  return NULL;
}

static VALUE raise_in_region(VALUE self) {
  return rb_rescue(raising, Qnil, rescued, Qnil);
}

static VALUE run(VALUE self) {
  in_region(self);
  raise_in_region(self);
  rb_thread_call_without_gvl(wait_for_foreign, NULL, NULL, NULL);
  // CHECK-NEXT: still whole: 1
  rb_gc_start();
  printf("still whole: %d\n", RARRAY_LEN(made) == 0);
  // CHECK-NOT: R1
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
  rb_define_global_function("in_region", in_region, 0);
  rb_define_global_function("raise_in_region", raise_in_region, 0);
}
