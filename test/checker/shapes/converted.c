// Intent: a conversion may return a fresh object, which only the variable keeps.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>
#include <string.h>

struct job {
  char *bytes;
  long length;
};
static void *scan(void *data) {
  struct job *job = data;
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: bytes of {{.*}}[R1.e]
  return memchr(job->bytes, 0, job->length);
}
VALUE dropped(VALUE self, VALUE object) {
  VALUE text = rb_obj_as_string(object);
  struct job job = {RSTRING_PTR(text), RSTRING_LEN(text)};
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}nothing shows that it stays live{{.*}}[R2.a]
  rb_thread_call_without_gvl(scan, &job, RUBY_UBF_IO, NULL);
  return Qnil;
}

static void *scan_long(void *data) {
  struct job *job = data;
  return memchr(job->bytes, 0, job->length);
}
// Right but for R2.c, which its caller's other threads decide.
VALUE kept(VALUE self, VALUE object) {
  VALUE text = rb_str_new_frozen(rb_obj_as_string(object));
  if (RSTRING_LEN(text) < 4096)
    return Qnil;
  struct job job = {RSTRING_PTR(text), RSTRING_LEN(text)};
  rb_thread_call_without_gvl(scan_long, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(text);
  return Qnil;
}
// STATIC: exit: 1
