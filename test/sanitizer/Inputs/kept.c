/* Calls after which the kernel goes on using the memory, made with the lock. */
#define _GNU_SOURCE
#include <ruby.h>
#include <aio.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <string.h>
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
}
