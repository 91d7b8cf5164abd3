// Intent: a C pointer that travels as VALUE through rb_ensure or rb_protect is no heap pointer.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>
#include <stdlib.h>

struct job {
  char *buffer;
  size_t length;
  VALUE string;
};

static void *fill(void *data) {
  struct job *job = data;
  for (size_t i = 0; i < job->length; i++)
    job->buffer[i] = 'x';
  return NULL;
}

static void *fill_wrong(void *data) {
  struct job *job = data;
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.b]
  RSTRING_PTR(job->string)[0] = 'x';
  return NULL;
}

static VALUE body(VALUE argument) {
  struct job *job = (struct job *)argument;
  rb_thread_call_without_gvl(fill, job, RUBY_UBF_IO, NULL);
  return rb_str_new(job->buffer, job->length);
}

static VALUE body_wrong(VALUE argument) {
  struct job *job = (struct job *)argument;
  rb_thread_call_without_gvl(fill_wrong, job, RUBY_UBF_IO, NULL);
  return Qnil;
}

static VALUE cleanup(VALUE argument) {
  free(((struct job *)argument)->buffer);
  return Qnil;
}

VALUE right(VALUE self, VALUE length) {
  struct job job = {NULL, NUM2SIZET(length), Qnil};
  job.buffer = malloc(job.length);
  return rb_ensure(body, (VALUE)&job, cleanup, (VALUE)&job);
}

VALUE wrong(VALUE self, VALUE string) {
  int state = 0;
  struct job job = {NULL, 0, string};
  rb_protect(body_wrong, (VALUE)&job, &state);
  if (state)
    rb_jump_tag(state);
  return string;
}
// STATIC: exit: 1
