// Intent: the callback has another type than void *(*)(void *) and is cast.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>
#include <unistd.h>

struct job {
  VALUE list;
  int fd;
};

static VALUE first(struct job *job) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.b]
  return RARRAY_AREF(job->list, 0);
}

VALUE wrong(VALUE self, VALUE list) {
  struct job job = {list, 0};
  VALUE result = (VALUE)rb_thread_call_without_gvl((void *(*)(void *))first, &job, NULL, NULL);
  RB_GC_GUARD(list);
  return result;
}

static void *do_close(int *fd) { return (void *)(long)close(*fd); }

VALUE right(VALUE self, VALUE fd) {
  int number = NUM2INT(fd);
  rb_thread_call_without_gvl((void *(*)(void *))do_close, &number, RUBY_UBF_IO, NULL);
  return Qnil;
}
// STATIC: exit: 1
