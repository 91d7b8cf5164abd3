/* An extension whose regions break a rule each, and one that keeps them. Each
 * function takes a String and works on its bytes without the GVL. */
#include <ruby.h>
#include <ruby/io/buffer.h>
#include <ruby/thread.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

struct bytes {
  char *begin;
  long size;
  long result;
};

static int null_fd(void) { return open("/dev/null", O_WRONLY | O_CLOEXEC); }

static void *write_it(void *arg) {
  struct bytes *b = arg;
  int fd = null_fd();
  b->result = write(fd, b->begin, b->size);
  close(fd);
  return NULL;
}

static void *writev_it(void *arg) {
  struct bytes *b = arg;
  static char header[] = "header";
  int fd = null_fd();
  struct iovec parts[2] = {{header, 6}, {b->begin, b->size}};
  b->result = writev(fd, parts, 2);
  close(fd);
  return NULL;
}

static void *sendmsg_it(void *arg) {
  struct bytes *b = arg;
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair))
    return NULL;
  struct iovec part = {b->begin, b->size};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  b->result = sendmsg(pair[0], &message, 0);
  close(pair[0]);
  close(pair[1]);
  return NULL;
}

static void *stat_it(void *arg) {
  struct bytes *b = arg;
  struct stat s;
  b->result = stat(b->begin, &s);
  return NULL;
}

static void *strlen_it(void *arg) {
  struct bytes *b = arg;
  b->result = strlen(b->begin);
  return NULL;
}

static void *memset_it(void *arg) {
  struct bytes *b = arg;
  memset(b->begin, 'y', b->size);
  b->result = b->size;
  return NULL;
}

/* The compiler makes the system call with a jump: nothing of the callback, nor
 * of what gave it to Ruby, is on the stack. */
static void *tail_it(void *arg) {
  struct bytes *b = arg;
  return (void *)write(1, b->begin, b->size);
}

static void *thread_body(void *arg) { return strlen_it(arg); }

static void *copy_then_write(void *arg) { return write_it(arg); }

static VALUE run(VALUE string, void *(*callback)(void *)) {
  struct bytes b = {RSTRING_PTR(string), RSTRING_LEN(string), 0};
  rb_thread_call_without_gvl(callback, &b, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(string);
  return LONG2NUM(b.result);
}

#define REGION(name)                                                           \
  static VALUE do_##name(VALUE self, VALUE string) { return run(string, name); }
REGION(write_it)
REGION(writev_it)
REGION(sendmsg_it)
REGION(stat_it)
REGION(strlen_it)
REGION(memset_it)

static VALUE do_tail(VALUE self, VALUE string) {
  static struct bytes b;
  b.begin = RSTRING_PTR(string);
  b.size = RSTRING_LEN(string);
  return (VALUE)rb_thread_call_without_gvl(tail_it, &b, RUBY_UBF_IO, NULL) * 2 +
         1;
}

/* Right: the kernel and the region see a copy in C memory. */
static VALUE do_copy(VALUE self, VALUE string) {
  long size = RSTRING_LEN(string);
  char *copy = ALLOC_N(char, size + 1);
  memcpy(copy, RSTRING_PTR(string), size);
  struct bytes b = {copy, size, 0};
  rb_thread_call_without_gvl(copy_then_write, &b, RUBY_UBF_IO, NULL);
  xfree(copy);
  return LONG2NUM(b.result);
}

/* Right: the lock is taken again inside of the region. */
static void *write_with_lock(void *arg) {
  return rb_thread_call_with_gvl(write_it, arg);
}
static VALUE do_nested(VALUE self, VALUE string) {
  return run(string, write_with_lock);
}

/* Raises out of a region; the lock is then held again. */
static void *raise_it(void *arg) { rb_raise(rb_eRuntimeError, "raised"); }
static void *raise_with_lock(void *arg) {
  return rb_thread_call_with_gvl(raise_it, arg);
}
static VALUE do_raising(VALUE self, VALUE string) {
  return run(string, raise_with_lock);
}

/* Wrong: the lock is given up again after the callback that had it. */
static void *strlen_after_lock(void *arg) {
  rb_thread_call_with_gvl(strlen_it, arg);
  return strlen_it(arg);
}
static VALUE do_after(VALUE self, VALUE string) {
  return run(string, strlen_after_lock);
}

/* Right: memory that libruby maps just as it maps a heap page. */
static VALUE do_mapped(VALUE self, VALUE buffer) {
  struct bytes b = {NULL, 0, 0};
  size_t size;
  rb_io_buffer_get_bytes(buffer, (void **)&b.begin, &size);
  b.size = size;
  rb_thread_call_without_gvl(write_it, &b, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(buffer);
  return LONG2NUM(b.result);
}

/* A thread that Ruby did not create reads the bytes while we wait for it. */
static VALUE do_foreign(VALUE self, VALUE string) {
  struct bytes b = {RSTRING_PTR(string), RSTRING_LEN(string), 0};
  pthread_t thread;
  pthread_create(&thread, NULL, thread_body, &b);
  pthread_join(thread, NULL);
  RB_GC_GUARD(string);
  return LONG2NUM(b.result);
}

void Init_regions(void) {
  VALUE m = rb_define_module("Regions");
  rb_define_singleton_method(m, "write", do_write_it, 1);
  rb_define_singleton_method(m, "writev", do_writev_it, 1);
  rb_define_singleton_method(m, "sendmsg", do_sendmsg_it, 1);
  rb_define_singleton_method(m, "stat", do_stat_it, 1);
  rb_define_singleton_method(m, "strlen", do_strlen_it, 1);
  rb_define_singleton_method(m, "memset", do_memset_it, 1);
  rb_define_singleton_method(m, "tail", do_tail, 1);
  rb_define_singleton_method(m, "copy", do_copy, 1);
  rb_define_singleton_method(m, "nested", do_nested, 1);
  rb_define_singleton_method(m, "raising", do_raising, 1);
  rb_define_singleton_method(m, "after", do_after, 1);
  rb_define_singleton_method(m, "mapped", do_mapped, 1);
  rb_define_singleton_method(m, "foreign", do_foreign, 1);
}
