// Intent: a method holds the GVL; taking it again is an error before Ruby 4.0.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: Ruby aborts with a bug report of its own: rb_thread_call_with_gvl, called by a
//   thread which has the GVL.
#include <ruby.h>
#include <ruby/thread.h>

static void *make(void *data) {
  *(VALUE *)data = rb_str_new_cstr("made");
  return NULL;
}

static VALUE fetch(void) {
  VALUE made = Qnil;
  // Violates W1: nothing on the way from the method has released the GVL.
  rb_thread_call_with_gvl(make, &made);
  return made;
}

static VALUE run(VALUE self) {
  return fetch();
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: violates-while-held.c:17:{{[0-9]+}}: error: 'rb_thread_call_with_gvl' is called by code that holds the GVL already{{.*}}[W1]
// STATIC: note: 'run' is handed to Ruby here
// STATIC: note: 'fetch' is called here
// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: W1: 
// HEAP: CALL of rb_thread_call_with_gvl by thread T0 {{.*}}, which holds the GVL
// HEAP: SUMMARY: GvlSanitizer: W1 {{.*}} in fetch
// HEAP: exit: 66
