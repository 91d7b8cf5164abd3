// Intent: a buffer that is known to be larger than every slot may be read into; one of unknown size may not.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>
#include <unistd.h>

struct job {
  int fd;
  char *bytes;
  size_t capacity;
  long result;
};

static void *receive(void *data) {
  struct job *job = data;
  job->result = read(job->fd, job->bytes, job->capacity);
  return NULL;
}

static void *receive_any(void *data) {
  struct job *job = data;
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}[K1]
  job->result = read(job->fd, job->bytes, job->capacity);
  return NULL;
}

VALUE right(VALUE self, VALUE fd) {
  VALUE buffer = rb_str_new(NULL, 16384);
  struct job job = {NUM2INT(fd), RSTRING_PTR(buffer), 16384, 0};
  rb_str_locktmp(buffer);
  rb_thread_call_without_gvl(receive, &job, RUBY_UBF_IO, NULL);
  rb_str_unlocktmp(buffer);
  return rb_str_resize(buffer, job.result);
}

VALUE wrong(VALUE self, VALUE fd, VALUE size) {
  VALUE buffer = rb_str_new(NULL, NUM2LONG(size));
  struct job job = {NUM2INT(fd), RSTRING_PTR(buffer), NUM2LONG(size), 0};
  rb_str_locktmp(buffer);
  rb_thread_call_without_gvl(receive_any, &job, RUBY_UBF_IO, NULL);
  rb_str_unlocktmp(buffer);
  return rb_str_resize(buffer, job.result);
}
// STATIC: exit: 1
