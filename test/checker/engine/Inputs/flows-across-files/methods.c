#include "job.h"

static VALUE filled(VALUE self, VALUE text) {
  struct job job;
  fill(&job, text);
  run(&job);
  return Qnil;
}

static VALUE passed(VALUE self, VALUE text) {
  struct job job;
  job.bytes = bytes_of(text);
  pass(&job);
  return Qnil;
}

static VALUE dropped(VALUE self, VALUE object) {
  struct job job;
  job.bytes = bytes_of_new(object);
  run(&job);
  return Qnil;
}

/* Right: what goes into the region is a copy. */
static VALUE copied(VALUE self, VALUE text) {
  struct job job, copy;
  char bytes[16] = "";
  fill(&job, text);
  if (job.length < (long)sizeof(bytes))
    memcpy(bytes, job.bytes, job.length);
  copy.bytes = bytes;
  pass(&copy);
  return Qnil;
}

void Init_methods(void) {
  rb_define_global_function("filled", filled, 1);
  rb_define_global_function("passed", passed, 1);
  rb_define_global_function("dropped", dropped, 1);
  rb_define_global_function("copied", copied, 1);
}
