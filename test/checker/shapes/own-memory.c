// Intent: memory that the extension allocated, however, may be used in a region.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct job {
  char *bytes;
  size_t length;
  int fd;
};

static void *work(void *data) {
  struct job *job = data;
  job->length = write(job->fd, job->bytes, job->length);
  memset(job->bytes, 0, job->length);
  return NULL;
}

VALUE with_strdup(VALUE self, VALUE string) {
  struct job job = {strdup(StringValueCStr(string)), RSTRING_LEN(string), 1};
  rb_thread_call_without_gvl(work, &job, RUBY_UBF_IO, NULL);
  free(job.bytes);
  return Qnil;
}

VALUE with_alloc_n(VALUE self, VALUE string) {
  StringValue(string);
  long length = RSTRING_LEN(string);
  struct job job = {ALLOC_N(char, length), length, 1};
  memcpy(job.bytes, RSTRING_PTR(string), length);
  rb_thread_call_without_gvl(work, &job, RUBY_UBF_IO, NULL);
  xfree(job.bytes);
  return Qnil;
}

VALUE with_tmp_buffer(VALUE self, VALUE string) {
  VALUE tmp = 0;
  StringValue(string);
  long length = RSTRING_LEN(string);
  struct job job = {ALLOCV_N(char, tmp, length), length, 1};
  memcpy(job.bytes, RSTRING_PTR(string), length);
  rb_thread_call_without_gvl(work, &job, RUBY_UBF_IO, NULL);
  ALLOCV_END(tmp);
  return Qnil;
}

VALUE with_stack(VALUE self, VALUE string) {
  char copy[64];
  StringValue(string);
  long length = RSTRING_LEN(string) < 64 ? RSTRING_LEN(string) : 64;
  memcpy(copy, RSTRING_PTR(string), length);
  struct job job = {copy, length, 1};
  rb_thread_call_without_gvl(work, &job, RUBY_UBF_IO, NULL);
  return Qnil;
}
// STATIC: 0 findings in 1 file; {{[0-9]+}} region
// STATIC: exit: 0
