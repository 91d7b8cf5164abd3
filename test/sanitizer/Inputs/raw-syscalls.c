/* System calls made past libc, in every state of the lock and on every kind of
 * thread, and what the program must not notice of their being caught. */
#define _GNU_SOURCE
#include <ruby.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <ruby/thread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static long raw(long number, long a, long b, long c, long d) {
  long result;
  register long r10 __asm__("r10") = d;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
  return result;
}

struct job {
  const char *bytes;
  int fd;
  long result;
};

static int sink(void) {
  return open("/dev/null", O_WRONLY | O_CLOEXEC);
}

static void *write_raw(void *data) {
  struct job *job = data;
  job->result = raw(SYS_write, job->fd, (long)job->bytes, 3, 0);
  return NULL;
}

static void *write_by_number(void *data) {
  struct job *job = data;
  job->result = syscall(SYS_write, job->fd, job->bytes, 3);
  return NULL;
}

static void *write_vector(void *data) {
  struct job *job = data;
  struct iovec vector[] = {{"a", 1}, {(void *)job->bytes, 3}};
  job->result = raw(SYS_writev, job->fd, (long)vector, 2, 0);
  return NULL;
}

/* Its memory is known by a hook of sanitizer_common_syscalls.inc. */
static void *watch(void *data) {
  struct job *job = data;
  job->result = raw(SYS_inotify_add_watch, -1, (long)job->bytes, 2, 0) == -EBADF;
  return NULL;
}

static VALUE region(VALUE string, void *(*callback)(void *)) {
  struct job job = {RSTRING_PTR(string), sink(), 0};
  rb_thread_call_without_gvl(callback, &job, RUBY_UBF_IO, NULL);
  close(job.fd);
  RB_GC_GUARD(string);
  return LONG2NUM(job.result);
}

static VALUE in_region(VALUE self, VALUE string) { return region(string, write_raw); }
static VALUE by_number(VALUE self, VALUE string) { return region(string, write_by_number); }
static VALUE vector(VALUE self, VALUE string) { return region(string, write_vector); }
static VALUE hooked(VALUE self, VALUE string) { return region(string, watch); }

static VALUE with_lock(VALUE self, VALUE string) {
  struct job job = {RSTRING_PTR(string), sink(), 0};
  write_raw(&job);
  close(job.fd);
  return LONG2NUM(job.result);
}

static VALUE foreign(VALUE self, VALUE string) {
  struct job job = {RSTRING_PTR(string), sink(), 0};
  pthread_t thread;
  pthread_create(&thread, NULL, write_raw, &job);
  pthread_join(thread, NULL);
  close(job.fd);
  return LONG2NUM(job.result);
}

static volatile sig_atomic_t handled;
static void on_usr1(int signal) {
  /* One of its own, while the thread is in another. */
  handled += raw(SYS_getpid, 0, 0, 0, 0) == getpid();
}

static void *many(void *data) {
  struct job *job = data;
  char buffer[16], copied[] = "copied";
  int fds[2];
  if (raw(SYS_pipe2, (long)fds, O_CLOEXEC, 0, 0))
    return NULL;
  /* Results and errors come back as the kernel gives them. */
  job->result = raw(SYS_write, fds[1], (long)copied, 6, 0) == 6;
  job->result &= raw(SYS_read, fds[0], (long)buffer, sizeof buffer, 0) == 6 && !memcmp(buffer, copied, 6);
  job->result &= raw(SYS_close, -1, 0, 0, 0) == -EBADF;
  /* A mask that is set stays set. */
  unsigned long set = 1ul << (SIGUSR2 - 1), old = 0, now = 0;
  raw(SYS_rt_sigprocmask, SIG_BLOCK, (long)&set, (long)&old, 8);
  raw(SYS_rt_sigprocmask, SIG_BLOCK, 0, (long)&now, 8);
  job->result &= now == (old | set);
  raw(SYS_rt_sigprocmask, SIG_SETMASK, (long)&old, 0, 8);
  close(fds[0]);
  close(fds[1]);
  return NULL;
}

/* Processes that are made past libc: a copy, and one on a stack of its own. */
static void *children(void *data) {
  struct job *job = data;
  long child = raw(SYS_fork, 0, 0, 0, 0);
  if (child == 0)
    raw(SYS_exit_group, 7, 0, 0, 0);
  int status = 0;
  /* The VM may have a signal come in between. */
  while (raw(SYS_wait4, child, (long)&status, 0, 0) == -EINTR)
    ;
  job->result = WIFEXITED(status) && WEXITSTATUS(status) == 7;
  static char stack[1 << 16];
  __asm__ volatile("syscall\n\ttest %%rax, %%rax\n\tjnz 1f\n\t"
                   "mov $60, %%eax\n\tmov $9, %%edi\n\tsyscall\n1:"
                   : "=a"(child)
                   : "a"(SYS_clone), "D"(CLONE_VM | CLONE_VFORK | SIGCHLD), "S"(stack + sizeof stack), "d"(0)
                   : "rcx", "r11", "memory");
  while (waitpid(child, &status, 0) < 0 && errno == EINTR)
    ;
  job->result &= WIFEXITED(status) && WEXITSTATUS(status) == 9;
  return NULL;
}

static VALUE transparent(VALUE self) {
  struct job job = {0};
  rb_thread_call_without_gvl(many, &job, RUBY_UBF_IO, NULL);
  return job.result ? Qtrue : Qfalse;
}

static VALUE processes(VALUE self) {
  struct job job = {0};
  rb_thread_call_without_gvl(children, &job, RUBY_UBF_IO, NULL);
  return job.result ? Qtrue : Qfalse;
}

/* Blocks in a read that a signal interrupts. */
static int wait_fds[2];
static volatile int is_over;
static void *wait_raw(void *data) {
  struct job *job = data;
  char buffer[4];
  job->result = raw(SYS_read, wait_fds[0], (long)buffer, 4, 0);
  is_over = 1;
  return NULL;
}

static void *kick(void *data) {
  pthread_t thread = *(pthread_t *)data;
  /* The first may come before the read. */
  while (!is_over) {
    pthread_kill(thread, SIGUSR1);
    usleep(10000);
  }
  return NULL;
}

static VALUE interrupted(VALUE self) {
  struct sigaction action = {.sa_handler = on_usr1}, before;
  struct job job = {0};
  pthread_t here = pthread_self(), kicker;
  if (pipe(wait_fds))
    return Qnil;
  sigaction(SIGUSR1, &action, &before);
  pthread_create(&kicker, NULL, kick, &here);
  rb_thread_call_without_gvl(wait_raw, &job, RUBY_UBF_IO, NULL);
  pthread_join(kicker, NULL);
  sigaction(SIGUSR1, &before, NULL);
  return job.result == -EINTR && handled ? Qtrue : Qfalse;
}

/* A SIGSYS that is the program's own. */
static void on_sys(int signal, siginfo_t *info, void *context) { handled += 100; }
static VALUE own_signal(VALUE self) {
  struct sigaction action = {.sa_sigaction = on_sys, .sa_flags = SA_SIGINFO}, seen;
  handled = 0;
  sigaction(SIGSYS, &action, NULL);
  sigaction(SIGSYS, NULL, &seen);
  raise(SIGSYS);
  return handled == 100 && seen.sa_sigaction == on_sys ? Qtrue : Qfalse;
}

void Init_raw(void) {
  VALUE m = rb_define_module("Raw");
  rb_define_singleton_method(m, "in_region", in_region, 1);
  rb_define_singleton_method(m, "by_number", by_number, 1);
  rb_define_singleton_method(m, "vector", vector, 1);
  rb_define_singleton_method(m, "hooked", hooked, 1);
  rb_define_singleton_method(m, "with_lock", with_lock, 1);
  rb_define_singleton_method(m, "foreign", foreign, 1);
  rb_define_singleton_method(m, "transparent", transparent, 0);
  rb_define_singleton_method(m, "processes", processes, 0);
  rb_define_singleton_method(m, "interrupted", interrupted, 0);
  rb_define_singleton_method(m, "own_signal", own_signal, 0);
}
