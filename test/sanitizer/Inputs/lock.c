/* Who holds the lock, asked in every state that a thread goes through. Each
 * look() is a strlen(3) of a String's embedded bytes: reported where the lock is
 * not held, and nowhere else. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <ruby.h>
#include <ruby/thread.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *volatile bytes;
static volatile sig_atomic_t handled;

static volatile size_t seen;

static void *look(void *data) {
  seen = strlen((const char *)bytes);
  return NULL;
}

static void on_signal(int signal) {
  look(NULL);
  handled = 1;
}

static void raise_and_wait(pthread_t thread) {
  handled = 0;
  pthread_kill(thread, SIGUSR2);
  while (!handled)
    usleep(1000);
}

static VALUE with(VALUE string, void *(*region)(void *), void *data) {
  bytes = RSTRING_PTR(string);
  rb_thread_call_without_gvl(region, data, NULL, NULL);
  RB_GC_GUARD(string);
  return SIZET2NUM(seen);
}

/* A signal in a region, and one in the callback that has the lock again. */
static void *signalled(void *data) {
  raise_and_wait(pthread_self());
  return NULL;
}

static VALUE signal_in_region(VALUE self, VALUE string) {
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGUSR2, &action, NULL);
  return with(string, signalled, NULL);
}

/* Another thread has the lock, or nobody. */
static volatile int others_turn;
static void *look_meanwhile(void *data) {
  while (!others_turn)
    usleep(1000);
  return look(data);
}

static VALUE meanwhile(VALUE self, VALUE string) {
  return with(string, look_meanwhile, NULL);
}

static VALUE hold(VALUE self) {
  others_turn = 1;
  /* Longer than any report takes: who waits for the thread ends it. */
  for (int i = 0; i < 20000 && !seen; ++i)
    usleep(1000);
  return LONG2NUM((long)gettid());
}

static VALUE nobody(VALUE self, VALUE string) {
  others_turn = 1;
  return with(string, look_meanwhile, NULL);
}

/* A signal on a thread that the VM has for itself: of Ruby 3.3, its timer's. */
static VALUE signal_thread(VALUE self, VALUE string, VALUE tid) {
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGUSR2, &action, NULL);
  bytes = RSTRING_PTR(string);
  handled = 0;
  syscall(SYS_tgkill, getpid(), NUM2INT(tid), SIGUSR2);
  while (!handled)
    usleep(1000);
  RB_GC_GUARD(string);
  return SIZET2NUM(seen);
}

static void *back(void *data) {
  return rb_thread_call_with_gvl(data, NULL);
}

static VALUE signal_with_lock(VALUE self, VALUE string) {
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGUSR2, &action, NULL);
  return with(string, back, signalled);
}

/* A region in a callback that has the lock, in a region that goes on. */
static void *in_again(void *data) {
  look(NULL);
  rb_thread_call_without_gvl(look, NULL, NULL, NULL);
  return look(NULL);
}

static void *there_and_back(void *data) {
  rb_thread_call_with_gvl(in_again, NULL);
  return look(NULL);
}

static VALUE nested(VALUE self, VALUE string) {
  return with(string, there_and_back, NULL);
}

/* The function that is to end the region: called by another thread, which may
 * or may not hold the lock. */
static volatile int stop;

static void unblock(void *data) {
  look(NULL);
  stop = 1;
}

static void *wait_for_it(void *data) {
  while (!stop)
    usleep(1000);
  return NULL;
}

static VALUE interrupted(VALUE self, VALUE string) {
  bytes = RSTRING_PTR(string);
  stop = 0;
  rb_thread_call_without_gvl(wait_for_it, NULL, unblock, NULL);
  RB_GC_GUARD(string);
  return Qnil;
}

/* Threads of the extension: born in a region and outside of one. */
static void *native(void *data) {
  return look(NULL);
}

static VALUE foreign(VALUE self, VALUE string) {
  bytes = RSTRING_PTR(string);
  pthread_t thread;
  pthread_create(&thread, NULL, native, NULL);
  pthread_join(thread, NULL);
  RB_GC_GUARD(string);
  return Qnil;
}

/* A thread's own storage is destroyed when Ruby has let it go. */
static pthread_key_t key;

static void destroy(void *data) {
  look(NULL);
}

static VALUE at_thread_exit(VALUE self, VALUE string) {
  bytes = RSTRING_PTR(string);
  pthread_setspecific(key, "");
  return Qnil;
}

/* After the VM. */
static void last(void) {
  look(NULL);
}

static VALUE at_process_exit(VALUE self, VALUE string) {
  bytes = RSTRING_PTR(string);
  rb_gc_register_mark_object(string);
  atexit(last);
  return Qnil;
}

/* Asking for the lock in the wrong state. */
static void *nothing(void *data) {
  return NULL;
}

static VALUE take_twice(VALUE self) {
  rb_thread_call_with_gvl(nothing, NULL);
  return Qnil;
}

static void *take_in_callback(void *data) {
  rb_thread_call_with_gvl(nothing, NULL);
  return NULL;
}

static VALUE take_nested(VALUE self) {
  rb_thread_call_without_gvl(back, take_in_callback, NULL, NULL);
  return Qnil;
}

static void *take_foreign(void *data) {
  return rb_thread_call_with_gvl(nothing, NULL);
}

static void *wait_for_thread(void *data) {
  pthread_join(*(pthread_t *)data, NULL);
  return NULL;
}

static VALUE take_from_foreign(VALUE self) {
  pthread_t thread;
  pthread_create(&thread, NULL, take_foreign, NULL);
  rb_thread_call_without_gvl(wait_for_thread, &thread, NULL, NULL);
  return Qnil;
}

static VALUE take_rightly(VALUE self) {
  rb_thread_call_without_gvl(back, nothing, NULL, NULL);
  return Qnil;
}

/* Before the VM. */
__attribute__((constructor)) static void load(void) {
  pthread_key_create(&key, destroy);
}

void Init_lock(void) {
  VALUE m = rb_define_module("Lock");
#define ONE(name) rb_define_singleton_method(m, #name, name, 1)
  ONE(meanwhile);
  ONE(nobody);
  ONE(signal_in_region);
  ONE(signal_with_lock);
  ONE(nested);
  ONE(interrupted);
  ONE(foreign);
  ONE(at_thread_exit);
  ONE(at_process_exit);
  rb_define_singleton_method(m, "signal_thread", signal_thread, 2);
#define NONE(name) rb_define_singleton_method(m, #name, name, 0)
  NONE(hold);
  NONE(take_twice);
  NONE(take_nested);
  NONE(take_from_foreign);
  NONE(take_rightly);
}
