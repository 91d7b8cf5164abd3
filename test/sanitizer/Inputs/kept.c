/* Calls after which the kernel goes on using the memory, made with the lock. */
#define _GNU_SOURCE
#include <ruby.h>
#include <aio.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static VALUE result(long n) {
  return n < 0 ? rb_sprintf("errno %d", errno) : LONG2NUM(n);
}

/* Into a pipe: it refers to the page. */
static VALUE splice_in(VALUE self, VALUE string) {
  int fds[2];
  struct iovec bytes = {RSTRING_PTR(string), RSTRING_LEN(string)};
  if (pipe(fds))
    return Qnil;
  long n = vmsplice(fds[1], &bytes, 1, 0);
  close(fds[0]);
  close(fds[1]);
  return result(n);
}

/* Out of a pipe: the bytes are copied. */
static VALUE splice_out(VALUE self, VALUE string) {
  int fds[2];
  struct iovec bytes = {RSTRING_PTR(string), RSTRING_LEN(string)};
  if (pipe(fds) || write(fds[1], "abc", 3) != 3)
    return Qnil;
  long n = vmsplice(fds[0], &bytes, 1, 0);
  close(fds[0]);
  close(fds[1]);
  return result(n);
}

static int udp(int zero_copy) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (zero_copy && setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &zero_copy, sizeof zero_copy))
    rb_sys_fail("SO_ZEROCOPY");
  if (connect(fd, (struct sockaddr *)&to, sizeof to))
    rb_sys_fail("connect");
  return fd;
}

static VALUE send_with(VALUE string, int zero_copy, int flags) {
  int fd = udp(zero_copy);
  errno = 0;
  long n = send(fd, RSTRING_PTR(string), RSTRING_LEN(string), flags);
  int error = errno;
  close(fd);
  errno = error;
  return result(n);
}

static VALUE zero_copy(VALUE self, VALUE string) { return send_with(string, 1, MSG_ZEROCOPY); }
static VALUE not_asked(VALUE self, VALUE string) { return send_with(string, 0, MSG_ZEROCOPY); }
static VALUE without_flag(VALUE self, VALUE string) { return send_with(string, 1, 0); }

static VALUE message(VALUE self, VALUE string) {
  struct iovec bytes = {RSTRING_PTR(string), RSTRING_LEN(string)};
  struct msghdr header = {.msg_iov = &bytes, .msg_iovlen = 1};
  int fd = udp(1);
  long n = sendmsg(fd, &header, MSG_ZEROCOPY);
  close(fd);
  return result(n);
}

static VALUE aio(VALUE self, VALUE string) {
  int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
  struct aiocb request = {.aio_fildes = fd, .aio_buf = RSTRING_PTR(string), .aio_nbytes = RSTRING_LEN(string)};
  const struct aiocb *list[] = {&request};
  if (aio_write(&request))
    return result(-1);
  while (aio_error(&request) == EINPROGRESS)
    aio_suspend(list, 1, NULL);
  long n = aio_return(&request);
  close(fd);
  return result(n);
}

static VALUE linux_aio(VALUE self, VALUE string) {
  aio_context_t context = 0;
  int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
  struct iocb request = {
      .aio_fildes = fd,
      .aio_lio_opcode = IOCB_CMD_PWRITE,
      .aio_buf = (unsigned long)RSTRING_PTR(string),
      .aio_nbytes = RSTRING_LEN(string),
  };
  struct iocb *list[] = {&request};
  struct io_event event;
  if (syscall(SYS_io_setup, 1, &context) || syscall(SYS_io_submit, context, 1L, list) != 1 ||
      syscall(SYS_io_getevents, context, 1L, 1L, &event, NULL) != 1)
    return result(-1);
  syscall(SYS_io_destroy, context);
  close(fd);
  return result(event.res);
}

/* Over TCP the kernel refers to the bytes until the other side has them. */
static long send_all(int fd, const void *bytes, size_t length) {
  int on = 1;
  if (setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof on))
    rb_sys_fail("SO_ZEROCOPY");
  return send(fd, bytes, length, MSG_ZEROCOPY | MSG_DONTWAIT);
}

static VALUE over_tcp(VALUE self, VALUE fd, VALUE string) {
  return result(send_all(NUM2INT(fd), RSTRING_PTR(string), RSTRING_LEN(string)));
}

static VALUE vector_over_tcp(VALUE self, VALUE fd, VALUE string) {
  long half = RSTRING_LEN(string) / 2;
  struct iovec bytes[] = {{"head", 4}, {RSTRING_PTR(string) + half, half}};
  struct msghdr header = {.msg_iov = bytes, .msg_iovlen = 2};
  int on = 1;
  if (setsockopt(NUM2INT(fd), SOL_SOCKET, SO_ZEROCOPY, &on, sizeof on))
    rb_sys_fail("SO_ZEROCOPY");
  return result(sendmsg(NUM2INT(fd), &header, MSG_ZEROCOPY | MSG_DONTWAIT));
}

/* Until the other side has all of it. */
static VALUE wait_until_sent(VALUE self, VALUE fd) {
  int queued = 1;
  while (!ioctl(NUM2INT(fd), SIOCOUTQ, &queued) && queued)
    usleep(1000);
  return Qnil;
}

/* The struct of an object, which its dfree gives back to libc; the extension's own memory. */
static void release(void *data) { free(data); }
static const rb_data_type_t own_type = {
    .wrap_struct_name = "own", .function = {.dfree = release}, .flags = RUBY_TYPED_FREE_IMMEDIATELY};

static VALUE own_over_tcp(VALUE self, VALUE fd, VALUE length) {
  void *bytes = memset(malloc(NUM2LONG(length)), 'x', NUM2LONG(length));
  TypedData_Wrap_Struct(rb_cObject, &own_type, bytes);
  return result(send_all(NUM2INT(fd), bytes, NUM2LONG(length)));
}

static VALUE c_memory(VALUE self, VALUE fd, VALUE length) {
  void *bytes = memset(malloc(NUM2LONG(length)), 'x', NUM2LONG(length));
  VALUE sent = result(send_all(NUM2INT(fd), bytes, NUM2LONG(length)));
  free(bytes);
  /* Very likely the same memory. */
  return rb_assoc_new(sent, rb_str_new(NULL, NUM2LONG(length) - 64));
}

/* A read from a pipe in which nothing is yet. */
static struct aiocb pending;
static int in;
static VALUE begin_read(VALUE self, VALUE string) {
  int fds[2];
  if (pipe(fds))
    return Qnil;
  in = fds[1];
  pending = (struct aiocb){.aio_fildes = fds[0], .aio_buf = RSTRING_PTR(string), .aio_nbytes = 10};
  return result(aio_read(&pending));
}

static VALUE end_read(VALUE self) {
  const struct aiocb *list[] = {&pending};
  if (write(in, "0123456789", 10) != 10)
    return Qnil;
  while (aio_error(&pending) == EINPROGRESS)
    aio_suspend(list, 1, NULL);
  return result(aio_return(&pending));
}

void Init_kept(void) {
  VALUE m = rb_define_module("Kept");
  rb_define_singleton_method(m, "splice_in", splice_in, 1);
  rb_define_singleton_method(m, "splice_out", splice_out, 1);
  rb_define_singleton_method(m, "zero_copy", zero_copy, 1);
  rb_define_singleton_method(m, "not_asked", not_asked, 1);
  rb_define_singleton_method(m, "without_flag", without_flag, 1);
  rb_define_singleton_method(m, "message", message, 1);
  rb_define_singleton_method(m, "aio", aio, 1);
  rb_define_singleton_method(m, "linux_aio", linux_aio, 1);
  rb_define_singleton_method(m, "over_tcp", over_tcp, 2);
  rb_define_singleton_method(m, "vector_over_tcp", vector_over_tcp, 2);
  rb_define_singleton_method(m, "wait_until_sent", wait_until_sent, 1);
  rb_define_singleton_method(m, "own_over_tcp", own_over_tcp, 2);
  rb_define_singleton_method(m, "c_memory", c_memory, 2);
  rb_define_singleton_method(m, "begin_read", begin_read, 1);
  rb_define_singleton_method(m, "end_read", end_read, 0);
}
