// Intent: an instance variable keeps the block live, not in place: the library's copy goes stale.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: stock Ruby moves the object silently; the symptom is wrong data.
// RUN_ENV: RHEAP_GC_STRESS=1
#include <pthread.h>
#include <ruby.h>

static pthread_key_t current;

static VALUE run(VALUE self) {
  VALUE handler = rb_obj_alloc(rb_cObject);
  rb_ivar_set(self, rb_intern("@handler"), handler);
  // Violates H1: the thread's slot is not updated when the object moves.
  pthread_setspecific(current, (void *)handler);
  return rb_inspect((VALUE)pthread_getspecific(current));
}

void Init_example(void) {
  pthread_key_create(&current, NULL);
  rb_define_global_function("run", run, 0);
}

// STATIC: violates-only-an-instance-variable.c:15:{{[0-9]+}}: error: an object is handed to 'pthread_setspecific', which keeps it: it lives, but may be moved{{.*}}[H1]
// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: H1: 
// HEAP: CALL of pthread_setspecific
// HEAP: SUMMARY: GvlSanitizer: H1 {{.*}} in run
// HEAP: exit: 66
