// Intent: which functions may be called without the lock: libc's, its replacements in Ruby's headers, and the few that say so.
// RUN: not %check31 2>&1 | %filecheck
#include <errno.h>
#include <ruby.h>
#include <ruby/thread.h>
#include <ruby/thread_native.h>
#include <stdio.h>

struct job {
  rb_nativethread_lock_t lock;
  VALUE number;
  char text[32];
  int error;
  long value;
};

static void *right(void *data) {
  struct job *job = data;
  rb_native_mutex_lock(&job->lock);
  // Conforms: ruby/subst.h makes this ruby_snprintf, errno is rb_errno_ptr.
  snprintf(job->text, sizeof(job->text), "%ld", job->value);
  job->error = errno;
  rb_native_mutex_unlock(&job->lock);
  if (FIXNUM_P(job->number))
    job->value = FIX2LONG(job->number);
  if (job->value < 0)
    rb_bug("impossible");
  return NULL;
}

static void *wrong(void *data) {
  struct job *job = data;
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}} is called without the GVL{{.*}}[R1.api]
  job->value = NUM2LONG(job->number);
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: xmalloc is called without the GVL{{.*}}[R1.api]
  char *copy = ALLOC(char);
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: xfree is called without the GVL{{.*}}[R1.api]
  xfree(copy);
  if (job->value)
    // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: rb_raise is called without the GVL{{.*}}[R1.api]
    rb_raise(rb_eArgError, "negative");
  return NULL;
}

static void stop(void *data) {
  struct job *job = data;
  job->value = 0;
}

static void stop_wrongly(void *data) {
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: rb_thread_wakeup is called without the GVL{{.*}}[R1.api]
  rb_thread_wakeup((VALUE)data);
}

VALUE run(VALUE self, VALUE number) {
  struct job job = {.number = number};
  rb_native_mutex_initialize(&job.lock);
  rb_thread_call_without_gvl(right, &job, stop, &job);
  rb_thread_call_without_gvl2(wrong, &job, stop_wrongly, (void *)rb_thread_current());
  return LONG2NUM(job.value);
}
// CHECK: 5 findings (4 errors, 1 warning) in 1 file; 2 regions
