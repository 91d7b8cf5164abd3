// Intent: an unblock function runs on another thread, without the lock.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <pthread.h>
#include <ruby.h>
#include <ruby/thread.h>

static ID job_stop_id;

struct job {
  VALUE self;
  pthread_t thread;
  volatile int stop;
};

static void *work(void *data) {
  struct job *job = data;
  while (!job->stop)
    ;
  return NULL;
}

static void stop_wrong(void *data) {
  struct job *job = data;
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.api]
  rb_funcall(job->self, job_stop_id, 0);
}

static void stop_right(void *data) {
  struct job *job = data;
  job->stop = 1;
}

VALUE wrong(VALUE self) {
  struct job job = {self, pthread_self(), 0};
  rb_thread_call_without_gvl(work, &job, stop_wrong, &job);
  return Qnil;
}

VALUE right(VALUE self) {
  struct job job = {self, pthread_self(), 0};
  rb_thread_call_without_gvl2(work, &job, stop_right, &job);
  return Qnil;
}
// STATIC: exit: 1
