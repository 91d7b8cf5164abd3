// Intent: an owner that only an instance variable names is live, but may be moved; an argument is both.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>
#include <string.h>

struct job {
  char *bytes;
  long length;
};

static void *fill(void *data) {
  struct job *job = data;
  memset(job->bytes, 0, job->length);
  return NULL;
}

// A fresh string nobody else names: collected while the region fills it.
// STATIC: error: {{.*}}live{{.*}}[R2.a]
VALUE wrong(VALUE self) {
  VALUE buffer = rb_str_new(NULL, 65536);
  struct job job = {RSTRING_PTR(buffer), 65536};
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  return Qnil;
}

VALUE kept_by_guard(VALUE self) {
  VALUE buffer = rb_str_new(NULL, 65536);
  struct job job = {RSTRING_PTR(buffer), 65536};
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(buffer);
  return Qnil;
}

VALUE kept_by_use(VALUE self) {
  VALUE buffer = rb_str_new(NULL, 65536);
  struct job job = {RSTRING_PTR(buffer), 65536};
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  rb_str_set_len(buffer, 10);
  return buffer;
}
// STATIC: exit: 1
