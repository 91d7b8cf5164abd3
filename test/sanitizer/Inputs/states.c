/* Accesses to a String's bytes in the states in which it is hard to say who
 * holds the lock, or whether the page may be touched. */
#include <ruby.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAX_WAITERS 4
static pthread_t waiters[MAX_WAITERS];
static int num_waiters;
static const char *volatile bytes;
static volatile sig_atomic_t handled;

static VALUE do_remember(VALUE self) {
  waiters[num_waiters++ % MAX_WAITERS] = pthread_self();
  return Qnil;
}

static void look(int signal) {
  handled = strlen((const char *)bytes) + 1;
}

static void hand_out(int signal) {
  int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
  handled = write(fd, (const char *)bytes, 3) + 1;
  close(fd);
}

/* With the lock: a signal reaches each thread that is remembered, whose handler
 * uses the bytes. */
static VALUE signal_all(VALUE string, void (*handler)(int)) {
  struct sigaction action = {.sa_handler = handler};
  sigaction(SIGUSR2, &action, NULL);
  bytes = RSTRING_PTR(string);
  /* Let them get to where they wait. */
  usleep(50000);
  for (int i = 0; i < num_waiters; ++i) {
    handled = 0;
    pthread_kill(waiters[i], SIGUSR2);
    while (!handled)
      usleep(1000);
  }
  RB_GC_GUARD(string);
  return INT2NUM(handled - 1);
}

static VALUE do_signal(VALUE self, VALUE string) {
  return signal_all(string, look);
}

static VALUE do_signal_write(VALUE self, VALUE string) {
  return signal_all(string, hand_out);
}

/* The same on the thread that holds the lock. */
static VALUE do_signal_here(VALUE self, VALUE string) {
  do_remember(self);
  return do_signal(self, string);
}

/* With the lock: the page is protected as compaction protects it. */
static VALUE do_protected(VALUE self, VALUE string, VALUE page_size) {
  size_t size = NUM2SIZET(page_size);
  char *begin = RSTRING_PTR(string);
  char *page = (char *)((size_t)begin & ~(size - 1));
  int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
  int pipe_fds[2];
  if (pipe(pipe_fds))
    return Qnil;
  mprotect(page, size, PROT_NONE);
  ssize_t result = write(pipe_fds[1], begin, 3);
  mprotect(page, size, PROT_READ | PROT_WRITE);
  ssize_t after = write(fd, begin, 3);
  close(fd);
  close(pipe_fds[0]);
  close(pipe_fds[1]);
  return rb_ary_new_from_args(2, LONG2NUM(result), LONG2NUM(after));
}

void Init_states(void) {
  VALUE m = rb_define_module("States");
  rb_define_singleton_method(m, "remember", do_remember, 0);
  rb_define_singleton_method(m, "signal", do_signal, 1);
  rb_define_singleton_method(m, "signal_write", do_signal_write, 1);
  rb_define_singleton_method(m, "signal_here", do_signal_here, 1);
  rb_define_singleton_method(m, "protected", do_protected, 2);
}
