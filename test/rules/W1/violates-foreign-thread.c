// Intent: a thread that Ruby did not make may never take the GVL.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: Ruby aborts with a bug report of its own: rb_thread_call_with_gvl, called by
//   non-ruby thread.
#include <pthread.h>
#include <ruby.h>
#include <ruby/thread.h>

static void *notify(void *data) {
  rb_ary_push(*(VALUE *)data, Qtrue);
  return NULL;
}

static void *watch(void *data) {
  // Violates W1: pthread_create made this thread.
  return rb_thread_call_with_gvl(notify, data);
}

static VALUE events;

static VALUE run(VALUE self) {
  pthread_t thread;
  pthread_create(&thread, NULL, watch, &events);
  pthread_join(thread, NULL);
  return Qnil;
}

void Init_example(void) {
  rb_gc_register_address(&events);
  events = rb_ary_new();
  rb_define_global_function("run", run, 0);
}

// STATIC: violates-foreign-thread.c:17:{{[0-9]+}}: error: 'rb_thread_call_with_gvl' is called by a thread that Ruby did not make{{.*}}[W1]
// STATIC: note: 'watch' is started here
// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: W1: 
// HEAP: CALL of rb_thread_call_with_gvl by thread T1 {{.*}}, which the VM did not create
// HEAP: in watch
// HEAP: [BUG] a thread that is none of Ruby's wants the GVL
// HEAP: exit: -6
