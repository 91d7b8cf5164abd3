// Intent: the checker reads the annotations of gvlsan/annotations.h as facts about functions and data.
// RUN: not %gvlsan check %s -- -I%source/checker/include %ruby_cflags > %t.out 2>&1
// RUN: %filecheck < %t.out
#include <gvlsan/annotations.h>
#include <ruby.h>
#include <ruby/thread.h>
#include <signal.h>

GVLSAN_REQUIRES_GVL void needs(void);
GVLSAN_REQUIRES_GVL static VALUE needs_too(VALUE v) { return rb_str_length(v); }
GVLSAN_EXCLUDES_GVL void waits(void);
GVLSAN_RELEASES_GVL void leave(void);
GVLSAN_ACQUIRES_GVL void back(void);

struct shared {
  GVLSAN_GUARDED_BY_GVL int count;
  int other;
};
GVLSAN_GUARDED_BY_GVL static int calls;
GVLSAN_PT_GUARDED_BY_GVL static int *table;

// A function that is declared to run without the lock is judged although no region is seen.
GVLSAN_NOGVL void *callback(void *data) {
  struct shared *s = data;
  // CHECK: :[[@LINE+2]]:3: error: needs is called without the GVL, which it is declared to require [R1.api]
  // CHECK-NEXT: :[[@LINE-3]]:20: note: 'callback' runs without the GVL: it is declared so
  needs();
  // CHECK: :[[@LINE+1]]:3: error: needs_too is called without the GVL, which it is declared to require [R1.api]
  needs_too(Qnil);
  // CHECK: :[[@LINE+1]]:6: error: 'count' is declared to be guarded by the GVL, and is used without it [R4]
  s->count++;
  s->other++;
  // CHECK: :[[@LINE+1]]:15: error: 'calls' is declared to be guarded by the GVL, and is used without it [R4]
  s->other += calls;
  // CHECK: :[[@LINE+1]]:3: error: what 'table' points to is declared to be guarded by the GVL, and is used without it [R4]
  table[0] = 1;
  int *address = &calls;
  waits();
  return address;
}

// With the lock held all of that is right; what excludes it is not.
VALUE method(VALUE self, VALUE v) {
  struct shared s = {0};
  needs();
  needs_too(v);
  calls = s.count++;
  table[0] = 1;
  // CHECK: :[[@LINE+1]]:3: error: waits is called with the GVL held, which it is declared to exclude [W1]
  waits();
  return v;
}

// Functions that leave and take the lock themselves.
VALUE steps(VALUE self, VALUE v) {
  leave();
  // CHECK: :[[@LINE+2]]:3: error: rb_gc_start is called without the GVL; it may run the collector [R1.api]
  // CHECK-NEXT: :[[@LINE-2]]:3: note: the GVL is released here
  rb_gc_start();
  waits();
  back();
  rb_gc_start();
  return v;
}

// An assertion: what is reached in an unknown way holds the lock from there on; what is known not to, is wrong.
static void *asserts(void *data) {
  // CHECK: :[[@LINE+1]]:3: error: the GVL is asserted here, and is not held [R1.api]
  GVLSAN_ASSERT_GVL();
  rb_gc_start();
  return data;
}
static void handler(int number) {
  GVLSAN_ASSERT_GVL();
  rb_gc_start();
}
VALUE run(VALUE self) {
  signal(SIGUSR1, handler);
  GVLSAN_ASSERT_GVL();
  return (VALUE)rb_thread_call_without_gvl(asserts, NULL, NULL, NULL);
}
// A callback that requires the lock cannot be one of a region.
GVLSAN_REQUIRES_GVL static void *wrong(void *data) { return (void *)rb_gc_start(); }
VALUE hand(VALUE self) {
  // CHECK: :[[@LINE+1]]:17: error: wrong is run without the GVL, which it is declared to require [R1.api]
  return (VALUE)rb_thread_call_without_gvl(wrong, NULL, NULL, NULL);
}
// CHECK: 9 findings (9 errors)
