/* Plain accesses of a binary that nobody instruments, made without the lock. */
#include <ruby.h>
#include <ruby/thread.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static VALUE in_region(VALUE string, void *(*region)(void *)) {
  void *result =
      rb_thread_call_without_gvl(region, RSTRING_PTR(string), NULL, NULL);
  RB_GC_GUARD(string);
  return SIZET2NUM((size_t)result);
}

/* Several accesses of one page: each is told. */
static void *two_lines(void *data) {
  volatile char *bytes = data;
  char first = bytes[0];
  bytes[1] = 'z';
  return (void *)(size_t)(first + bytes[1]);
}
static VALUE lines(VALUE self, VALUE string) {
  return in_region(string, two_lines);
}

/* libc makes the access, in a function that nobody intercepts. */
static void *convert(void *data) {
  return (void *)a64l(data);
}
static VALUE number(VALUE self, VALUE string) {
  return in_region(string, convert);
}

/* Told once although the function is intercepted and traps as well. */
static void *measure(void *data) { return (void *)strlen(data); }
static VALUE length(VALUE self, VALUE string) {
  return in_region(string, measure);
}

/* What comes after a report is told as well. */
static void *measure_and_look(void *data) {
  size_t length = strlen(data);
  return (void *)(length + *(volatile char *)data);
}
static VALUE both(VALUE self, VALUE string) {
  return in_region(string, measure_and_look);
}

/* The region goes on after a callback that had the lock. */
static void *with_lock(void *data) {
  rb_str_new_cstr(data);
  return NULL;
}
static void *come_back(void *data) {
  rb_thread_call_with_gvl(with_lock, data);
  return (void *)(size_t) * (volatile char *)data;
}
static VALUE back(VALUE self, VALUE string) {
  return in_region(string, come_back);
}

/* A thread of the extension's own, all of whose signals are blocked. */
static void *deaf(void *data) {
  return (void *)(size_t) * (volatile char *)data;
}
static void *run_deaf(void *data) {
  sigset_t all, before;
  pthread_t thread;
  void *result;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  pthread_create(&thread, NULL, deaf, data);
  pthread_join(thread, &result);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return result;
}
static VALUE blocked(VALUE self, VALUE string) {
  return in_region(string, run_deaf);
}

/* A thread whose signal handlers have little room. */
static void *confined(void *data) {
  size_t guard = 65536;
  size_t room = (sysconf(_SC_MINSIGSTKSZ) + 9216 + 4095) & -4096L;
  char *memory = mmap(NULL, guard + room, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(memory, guard, PROT_NONE);
  stack_t mine = {.ss_sp = memory + guard, .ss_size = room};
  stack_t none = {.ss_flags = SS_DISABLE};
  sigaltstack(&mine, NULL);
  size_t first = *(volatile char *)data;
  sigaltstack(&none, NULL);
  munmap(memory, guard + room);
  return (void *)first;
}
static void *run_confined(void *data) {
  pthread_t thread;
  void *result;
  pthread_create(&thread, NULL, confined, data);
  pthread_join(thread, &result);
  return result;
}
static VALUE little_room(VALUE self, VALUE string) {
  return in_region(string, run_confined);
}

/* Right, and for as long as another thread of Ruby needs to do something. */
static volatile int steps;
static void *wait_a_while(void *data) {
  char own[64] = "";
  for (int i = 0; i < 200; i++) {
    usleep(1000);
    own[i % 64]++;
  }
  steps++;
  return (void *)(size_t)own[0];
}
static VALUE waiting(VALUE self, VALUE string) {
  return in_region(string, wait_a_while);
}
static VALUE early(VALUE self) {
  return steps ? Qfalse : Qtrue;
}

/* The kernel writes into the string while other regions come and go. */
static int read_from;
static void *read_into(void *data) {
  ssize_t size = read(read_from, data, 3);
  return (void *)(size_t)(size < 0 ? errno + 1000 : size);
}
static VALUE read_slowly(VALUE self, VALUE string, VALUE fd) {
  read_from = NUM2INT(fd);
  return in_region(string, read_into);
}

/* An access while another thread, in hold, has the lock. */
static volatile int holding, looked;
static void *look(void *data) {
  while (!holding)
    usleep(1000);
  size_t first = *(volatile char *)data;
  looked = 1;
  return (void *)first;
}
static VALUE look_meanwhile(VALUE self, VALUE string) {
  return in_region(string, look);
}
static VALUE hold(VALUE self) {
  holding = 1;
  while (!looked)
    usleep(1000);
  return Qnil;
}

/* Nothing but work, right in every way. */
static void *sum(void *data) {
  size_t total = 0;
  unsigned char own[256];
  memset(own, 1, sizeof(own));
  for (int i = 0; i < 256; i++)
    total += own[i];
  return (void *)total;
}
static VALUE work(VALUE self, VALUE string) {
  return in_region(string, sum);
}

/* The extension's own handler, for a page of its own. */
static char *guarded;
static void on_fault(int signal, siginfo_t *info, void *context) {
  if (info->si_addr != guarded)
    abort();
  mprotect(guarded, 4096, PROT_READ | PROT_WRITE);
}
static VALUE handler(VALUE self, VALUE string) {
  struct sigaction mine = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
  struct sigaction before, seen;
  sigaction(SIGSEGV, &mine, &before);
  sigaction(SIGSEGV, NULL, &seen);
  guarded = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *(volatile char *)guarded = 1;
  in_region(string, two_lines);
  sigaction(SIGSEGV, &before, NULL);
  return seen.sa_sigaction == on_fault ? Qtrue : Qfalse;
}

/* A process that begins in a region. */
static void *fork_here(void *data) {
  int status;
  pid_t child = fork();
  if (child == 0)
    _exit(*(volatile char *)data == 'a' ? 7 : 8);
  waitpid(child, &status, 0);
  return (void *)(size_t)WEXITSTATUS(status);
}
static VALUE forks(VALUE self, VALUE string) {
  return in_region(string, fork_here);
}

void Init_seal(void) {
  VALUE m = rb_define_module("Seal");
#define ONE(name) rb_define_singleton_method(m, #name, name, 1)
  ONE(lines);
  ONE(number);
  ONE(length);
  ONE(both);
  ONE(back);
  ONE(blocked);
  ONE(little_room);
  ONE(waiting);
  ONE(work);
  ONE(handler);
  ONE(forks);
  ONE(look_meanwhile);
  rb_define_singleton_method(m, "hold", hold, 0);
  rb_define_singleton_method(m, "early", early, 0);
  rb_define_singleton_method(m, "read_slowly", read_slowly, 2);
}
