/* Requests of an io_uring that is made by liburing, and one made by syscall(2). */
#include <ruby.h>
#include <fcntl.h>
#include <liburing.h>
#include <ruby/thread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct io_uring ring;
static char copy[64];

struct job {
  struct iovec bytes;
  int fd, result;
};

static struct job job_for(VALUE string) {
  struct job job = {{RSTRING_PTR(string), RSTRING_LEN(string)}, open("/dev/null", O_WRONLY | O_CLOEXEC)};
  return job;
}

static int complete(void) {
  struct io_uring_cqe *cqe;
  if (io_uring_wait_cqe(&ring, &cqe))
    return -1;
  int result = cqe->res;
  io_uring_cqe_seen(&ring, cqe);
  return result;
}

static void *submit_write(void *data) {
  struct job *job = data;
  io_uring_prep_write(io_uring_get_sqe(&ring), job->fd, job->bytes.iov_base, job->bytes.iov_len, 0);
  io_uring_submit(&ring);
  job->result = complete();
  return NULL;
}

static void *submit_writev(void *data) {
  struct job *job = data;
  io_uring_prep_writev(io_uring_get_sqe(&ring), job->fd, &job->bytes, 1, 0);
  io_uring_submit(&ring);
  job->result = complete();
  return NULL;
}

static void *submit_copy(void *data) {
  struct job *job = data;
  io_uring_prep_write(io_uring_get_sqe(&ring), job->fd, copy, 3, 0);
  io_uring_submit(&ring);
  job->result = complete();
  return NULL;
}

static VALUE done(struct job *job, VALUE string) {
  close(job->fd);
  RB_GC_GUARD(string);
  return INT2NUM(job->result);
}

static VALUE released(VALUE self, VALUE string) {
  struct job job = job_for(string);
  rb_thread_call_without_gvl(submit_write, &job, NULL, NULL);
  return done(&job, string);
}

static VALUE vector(VALUE self, VALUE string) {
  struct job job = job_for(string);
  rb_thread_call_without_gvl(submit_writev, &job, NULL, NULL);
  return done(&job, string);
}

static VALUE copied(VALUE self, VALUE string) {
  struct job job = job_for(string);
  memcpy(copy, job.bytes.iov_base, 3);
  rb_thread_call_without_gvl(submit_copy, &job, NULL, NULL);
  return done(&job, string);
}

/* With the lock: the kernel may write any time until the request is seen to be
 * over. */
static VALUE held(VALUE self, VALUE string) {
  struct job job = job_for(string);
  submit_write(&job);
  return done(&job, string);
}

/* With the lock, and not given back until it is over. */
static VALUE held_and_waited(VALUE self, VALUE string) {
  struct job job = job_for(string);
  io_uring_prep_write(io_uring_get_sqe(&ring), job.fd, job.bytes.iov_base, job.bytes.iov_len, 0);
  io_uring_submit_and_wait(&ring, 1);
  job.result = complete();
  return done(&job, string);
}

/* The path is copied by the submitting call. */
static VALUE held_path(VALUE self, VALUE path) {
  io_uring_prep_openat(io_uring_get_sqe(&ring), AT_FDCWD, StringValueCStr(path), O_RDONLY, 0);
  io_uring_submit(&ring);
  int fd = complete();
  if (fd >= 0)
    close(fd);
  return fd >= 0 ? Qtrue : Qfalse;
}

static VALUE registered(VALUE self, VALUE string) {
  struct iovec bytes = {RSTRING_PTR(string), RSTRING_LEN(string)};
  int error = io_uring_register_buffers(&ring, &bytes, 1);
  if (!error)
    io_uring_unregister_buffers(&ring);
  return INT2NUM(error);
}

/* No liburing: rings and requests by hand. */
static VALUE by_number(VALUE self, VALUE string) {
  struct io_uring_params params = {0};
  struct job job = job_for(string);
  int fd = syscall(SYS_io_uring_setup, 2, &params);
  size_t size = params.sq_off.array + params.sq_entries * sizeof(unsigned);
  char *queue = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQ_RING);
  struct io_uring_sqe *entries =
      mmap(NULL, 2 * sizeof *entries, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQES);
  entries[1].opcode = IORING_OP_WRITE;
  entries[1].fd = job.fd;
  entries[1].addr = (unsigned long)job.bytes.iov_base;
  entries[1].len = 3;
  ((unsigned *)(queue + params.sq_off.array))[0] = 1;
  *(unsigned *)(queue + params.sq_off.tail) = 1;
  job.result = syscall(SYS_io_uring_enter, fd, 1, 0, 0, NULL, 0);
  close(fd);
  return done(&job, string);
}

void Init_ring(void) {
  VALUE m = rb_define_module("Ring");
  if (io_uring_queue_init(4, &ring, 0))
    rb_sys_fail("io_uring_queue_init");
  rb_define_singleton_method(m, "released", released, 1);
  rb_define_singleton_method(m, "vector", vector, 1);
  rb_define_singleton_method(m, "copied", copied, 1);
  rb_define_singleton_method(m, "held", held, 1);
  rb_define_singleton_method(m, "held_and_waited", held_and_waited, 1);
  rb_define_singleton_method(m, "held_path", held_path, 1);
  rb_define_singleton_method(m, "registered", registered, 1);
  rb_define_singleton_method(m, "by_number", by_number, 1);
}
