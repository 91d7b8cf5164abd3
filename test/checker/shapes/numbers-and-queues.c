// Intent: every unsigned int is a Fixnum; other conversions may allocate or raise; a message queue is the kernel's.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <mqueue.h>
#include <ruby.h>
#include <ruby/thread.h>

struct job {
  unsigned int in;
  unsigned long long wide;
  VALUE out;
  mqd_t queue;
  const char *bytes;
  size_t length;
};

static void *right_number(void *data) {
  struct job *job = data;
  job->out = UINT2NUM(job->in);
  return NULL;
}

static void *wrong_number(void *data) {
  struct job *job = data;
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: ULL2NUM is called without the GVL{{.*}}[R1.api]
  job->out = ULL2NUM(job->wide);
  return NULL;
}

static void *send_message(void *data) {
  struct job *job = data;
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}mq_send{{.*}}[K1]
  return (void *)(long)mq_send(job->queue, job->bytes, job->length, 0);
}

VALUE numbers(VALUE self, VALUE number) {
  struct job job = {NUM2UINT(number), NUM2ULL(number), Qnil};
  rb_thread_call_without_gvl(right_number, &job, RUBY_UBF_IO, NULL);
  rb_thread_call_without_gvl(wrong_number, &job, RUBY_UBF_IO, NULL);
  return job.out;
}

VALUE queue(VALUE self, VALUE descriptor, VALUE message) {
  struct job job = {0, 0, Qnil, NUM2INT(descriptor)};
  StringValue(message);
  job.bytes = RSTRING_PTR(message);
  job.length = RSTRING_LEN(message);
  rb_thread_call_without_gvl(send_message, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(message);
  return Qnil;
}
// STATIC: exit: 1
