// Intent: rb_thread_call_with_gvl outside a region is W1: an error, or reported under a sanitizer;
//   inside it holds the lock, and the region goes on as one afterwards.
// REQUIRES: runtime_heap
// RUN: %cc -shared -fPIC %heap_cflags -I%source/sanitizer/include %S/Inputs/reporter.c -o %t.reporter.so
// RUN: %cc -shared -fPIC -O1 -g %heap_cflags %s -o %t.so
// RUN: env LD_PRELOAD=%t.reporter.so rheap run %t.so 2>&1 | FileCheck %s
// RUN: rheap run %t.so --method right 2>&1 | FileCheck %s --check-prefix=RIGHT
// RUN: not --crash rheap run %t.so --method wrong 2>&1 | FileCheck %s --check-prefix=WRONG
// RUN: not --crash rheap run %t.so --method foreign 2>&1 | FileCheck %s --check-prefix=FOREIGN
#include <ruby.h>
#include <ruby/thread.h>

#include <pthread.h>

static volatile long length;

void *under_the_lock(void *data) {
  length = RSTRING_LEN((VALUE)data);
  return (void *)(long)ruby_thread_has_gvl_p();
}

void *region(void *data) {
  long inside = (long)rb_thread_call_with_gvl(under_the_lock, data);
  printf("inside %ld after %d length %ld\n", inside, ruby_thread_has_gvl_p(),
         length);
  fflush(stdout);
  length = ((volatile struct RString *)data)->len;
  return NULL;
}

static VALUE right(VALUE self) {
  VALUE s = rb_str_new_cstr("abc");
  // CHECK: inside 1 after 0 length 3
  // CHECK-NEXT: R1.a: read of 8 by code in region
  // RIGHT: inside 1 after 0 length 3
  rb_thread_call_without_gvl(region, (void *)s, NULL, NULL);
  RB_GC_GUARD(s);
  return Qnil;
}

static VALUE wrong(VALUE self) {
  // CHECK-NEXT: W1: call of 0 by rb_thread_call_with_gvl in {{.*}}, lock held
  // WRONG: [BUG] rb_thread_call_with_gvl: called by a thread which has GVL.
  rb_thread_call_with_gvl(under_the_lock, (void *)rb_str_new_cstr("abcd"));
  return Qnil;
}

void *foreign_start(void *data) {
  // CHECK-NEXT: W1: call of 0 by rb_thread_call_with_gvl in foreign_start, lock foreign
  // FOREIGN: [BUG] rb_thread_call_with_gvl: called by a thread which is no Ruby thread.
  rb_thread_call_with_gvl(under_the_lock, data);
  return NULL;
}

void *start_foreign(void *data) {
  pthread_t thread;
  pthread_create(&thread, NULL, foreign_start, data);
  pthread_join(thread, NULL);
  return NULL;
}

static VALUE foreign(VALUE self) {
  VALUE s = rb_str_new_cstr("abcde");
  rb_thread_call_without_gvl(start_foreign, (void *)s, NULL, NULL);
  RB_GC_GUARD(s);
  return Qnil;
}

static VALUE run(VALUE self) {
  right(self);
  wrong(self);
  foreign(self);
  // CHECK-NEXT: length 5
  printf("length %ld\n", length);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
  rb_define_global_function("right", right, 0);
  rb_define_global_function("wrong", wrong, 0);
  rb_define_global_function("foreign", foreign, 0);
}
