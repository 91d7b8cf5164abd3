#include <pthread.h>
#include <ruby.h>
#include <ruby/thread.h>
#include "notify.h"

static VALUE method(VALUE self) {
  pass_on(NULL);
  notify_if(NULL, 0);
  notify_checked(NULL);
  return self;
}
static void *region(void *data) {
  notify_if(NULL, 1);
  notify_released(NULL);
  return data;
}
static VALUE released(VALUE self) {
  rb_thread_call_without_gvl(region, NULL, RUBY_UBF_IO, NULL);
  return self;
}
static void *body(void *data) {
  notify_from_thread(data);
  return NULL;
}
static VALUE start(VALUE self) {
  pthread_t thread;
  pthread_create(&thread, NULL, body, NULL);
  return self;
}
void Init_methods(void) {
  rb_define_global_function("method", method, 0);
  rb_define_global_function("released", released, 0);
  rb_define_global_function("start", start, 0);
}
