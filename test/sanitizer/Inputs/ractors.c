/* Each Ractor has a lock of its own: who holds that of the Ractor it runs in may
 * use objects, whoever holds the others. */
#include <ruby.h>
#include <ruby/ractor.h>
#include <ruby/thread.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

struct job {
  const char *bytes;
  size_t seen;
};

static void *look(void *data) {
  struct job *job = data;
  job->seen = strlen(job->bytes);
  return NULL;
}

static VALUE with(VALUE string, void *(*region)(void *)) {
  struct job job = {RSTRING_PTR(string)};
  rb_thread_call_without_gvl(region, &job, NULL, NULL);
  RB_GC_GUARD(string);
  return SIZET2NUM(job.seen);
}

static VALUE region(VALUE self, VALUE string) { return with(string, look); }

static void *back(void *data) { return rb_thread_call_with_gvl(look, data); }
static VALUE nested(VALUE self, VALUE string) { return with(string, back); }

static VALUE held(VALUE self, VALUE string) {
  struct job job = {RSTRING_PTR(string)};
  look(&job);
  /* The C API as well. */
  return rb_funcall(SIZET2NUM(job.seen), '+', 1, INT2FIX(0));
}

static void *call(void *data) {
  ((struct job *)data)->seen = NUM2SIZET(rb_str_length((VALUE)((struct job *)data)->bytes));
  return NULL;
}

static VALUE api(VALUE self, VALUE string) {
  struct job job = {(const char *)string};
  rb_thread_call_without_gvl(call, &job, NULL, NULL);
  RB_GC_GUARD(string);
  return SIZET2NUM(job.seen);
}

static void *foreign_thread(void *data) {
  pthread_t thread;
  pthread_create(&thread, NULL, look, data);
  pthread_join(thread, NULL);
  return NULL;
}
static VALUE foreign(VALUE self, VALUE string) {
  struct job job = {RSTRING_PTR(string)};
  foreign_thread(&job);
  RB_GC_GUARD(string);
  return SIZET2NUM(job.seen);
}

static void *nothing(void *data) { return data; }
static VALUE take_twice(VALUE self) {
  rb_thread_call_with_gvl(nothing, NULL);
  return Qnil;
}

/* Holds the lock of the Ractor that it is called in. */
static VALUE keep(VALUE self, VALUE milliseconds) {
  usleep(NUM2UINT(milliseconds) * 1000);
  return INT2FIX(7);
}

void Init_ractors(void) {
  rb_ext_ractor_safe(true);
  VALUE m = rb_define_module("Locks");
  rb_define_singleton_method(m, "region", region, 1);
  rb_define_singleton_method(m, "nested", nested, 1);
  rb_define_singleton_method(m, "held", held, 1);
  rb_define_singleton_method(m, "api", api, 1);
  rb_define_singleton_method(m, "foreign", foreign, 1);
  rb_define_singleton_method(m, "take_twice", take_twice, 0);
  rb_define_singleton_method(m, "keep", keep, 1);
}
