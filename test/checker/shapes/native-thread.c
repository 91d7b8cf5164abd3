// Intent: a thread that Ruby did not create never holds the lock.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <pthread.h>
#include <ruby.h>
#include <ruby/thread.h>
#include <signal.h>

static VALUE callback;
static ID call_id;

static void *start(void *data) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.api]
  rb_funcall(callback, call_id, 0);
  return NULL;
}

static volatile sig_atomic_t seen;

static void on_signal(int number) { seen = number; }

static void on_signal_wrong(int number) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.api]
  rb_ary_push(callback, INT2FIX(number));
}

VALUE wrong(VALUE self) {
  pthread_t thread;
  pthread_create(&thread, NULL, start, NULL);
  signal(SIGUSR1, on_signal_wrong);
  return Qnil;
}

VALUE right(VALUE self) {
  signal(SIGUSR2, on_signal);
  return Qnil;
}

void Init_shape(void) {
  callback = Qnil;
  rb_global_variable(&callback);
  call_id = rb_intern("call");
}
// STATIC: exit: 1
