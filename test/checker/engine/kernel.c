// Intent: the same bytes are K1 where the kernel follows them and R1.e where code does.
// RUN: not %check31 2>&1 | %filecheck
#include <ruby.h>
#include <ruby/thread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct job {
  int fd;
  char *bytes;
  size_t length;
};

static void *send_bytes(void *data) {
  struct job *job = data;
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: bytes of 'text'{{.*}}by send{{.*}}[K1]
  return (void *)send(job->fd, job->bytes, job->length, 0);
}

static void *count(void *data) {
  struct job *job = data;
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: bytes of 'text'{{.*}}strlen{{.*}}[R1.e]
  return (void *)strlen(job->bytes);
}

VALUE run(VALUE self, VALUE text) {
  struct job job = {1, RSTRING_PTR(text), RSTRING_LEN(text)};
  rb_thread_call_without_gvl(send_bytes, &job, RUBY_UBF_IO, NULL);
  rb_thread_call_without_gvl(count, &job, RUBY_UBF_IO, NULL);
  // Conforms: the lock is held.
  if (write(job.fd, job.bytes, job.length) < 0)
    rb_sys_fail(NULL);
  return Qnil;
}

static void *read_long(void *data) {
  struct job *job = data;
  // Conforms: longer than any slot.
  return (void *)read(job->fd, job->bytes, job->length);
}

VALUE receive(VALUE self) {
  VALUE buffer = rb_str_buf_new(4096);
  struct job job = {0, RSTRING_PTR(buffer), 4096};
  long n = (long)rb_thread_call_without_gvl(read_long, &job, RUBY_UBF_IO, NULL);
  rb_str_set_len(buffer, n);
  return buffer;
}
// CHECK: 2 findings (2 warnings) in 1 file; 3 regions
