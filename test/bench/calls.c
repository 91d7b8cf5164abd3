/* What one call costs: of the C API, of giving the lock up and taking it again,
 * and of a system call without the lock, through libc and past it. Prints
 * nanoseconds of CPU time. */
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* A function that does next to nothing, not the macro of its name. */
static VALUE api(VALUE self, VALUE times) {
  long n = NUM2LONG(times), sum = 0;
  VALUE number = LONG2FIX(3);
  double begin = now();
  for (long i = 0; i < n; i++)
    sum += (rb_num2long)(number);
  printf("%.3f\n", (now() - begin) / (double)n + (sum == 1));
  fflush(stdout);
  return Qnil;
}

static void *nothing(void *data) { return data; }

static VALUE release(VALUE self, VALUE times) {
  long n = NUM2LONG(times);
  double begin = now();
  for (long i = 0; i < n; i++)
    rb_thread_call_without_gvl(nothing, NULL, NULL, NULL);
  printf("%.3f\n", (now() - begin) / (double)n);
  fflush(stdout);
  return Qnil;
}

static void *lseeks(void *times) {
  for (long i = 0; i < (long)times; i++)
    lseek(-1, 0, SEEK_CUR);
  return NULL;
}

static void *raw_lseeks(void *times) {
#ifdef __x86_64__
  for (long i = 0; i < (long)times; i++) {
    long result = SYS_lseek;
    __asm__ volatile("syscall" : "+a"(result) : "D"(-1L), "S"(0L), "d"(SEEK_CUR) : "rcx", "r11", "memory");
  }
#endif
  return NULL;
}

static VALUE in_region(VALUE times, void *(*callback)(void *)) {
  long n = NUM2LONG(times);
  double begin = now();
  rb_thread_call_without_gvl(callback, (void *)n, NULL, NULL);
  printf("%.3f\n", (now() - begin) / (double)n);
  fflush(stdout);
  return Qnil;
}

static VALUE libc(VALUE self, VALUE times) { return in_region(times, lseeks); }
static VALUE raw(VALUE self, VALUE times) { return in_region(times, raw_lseeks); }

void Init_calls(void) {
  VALUE module = rb_define_module("Calls");
  rb_define_singleton_method(module, "api", api, 1);
  rb_define_singleton_method(module, "libc", libc, 1);
  rb_define_singleton_method(module, "raw", raw, 1);
  rb_define_singleton_method(module, "release", release, 1);
}
