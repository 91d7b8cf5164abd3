/* One access of one byte, made by ways on which the checked clone could be lost.
 * Each runs without the lock on a String's embedded bytes, is to be reported in
 * `touch`, and is to give the right result; and then with the lock, silently. */
#define _GNU_SOURCE
#include <pthread.h>
#include <ruby.h>
#include <ruby/thread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>

struct job {
  const char *bytes;
  long result;
};

#define TOUCH(name)                                                            \
  __attribute__((noinline)) static long touch_##name(const char *p) {         \
    return *(volatile const char *)p;                                          \
  }
TOUCH(direct)
TOUCH(table)
TOUCH(variadic)
TOUCH(setjmp)
TOUCH(qsort)
TOUCH(thread)
TOUCH(c11)
TOUCH(large)
TOUCH(goto)
TOUCH(deep)

static void direct(struct job *job) { job->result = touch_direct(job->bytes); }

/* A pointer to a function in data. */
struct operations {
  long (*touch)(const char *);
} operations = {touch_table};
static void table(struct job *job) {
  struct operations *volatile table = &operations;
  job->result = table->touch(job->bytes);
}

__attribute__((noinline)) static long sum(int count, ...) {
  va_list list;
  va_start(list, count);
  long total = 0;
  while (count--)
    total += touch_variadic(va_arg(list, const char *));
  va_end(list);
  return total;
}
static void variadic(struct job *job) { job->result = sum(1, job->bytes); }

/* Values that live across a second return. */
static jmp_buf back;
__attribute__((noinline)) static void leave(int value) { longjmp(back, value); }
static void with_setjmp(struct job *job) {
  const char *bytes = job->bytes;
  int count = setjmp(back);
  if (count < 3)
    leave(count + 1);
  job->result = touch_setjmp(bytes) + count - 3;
}

/* Through a library that is not instrumented. */
static int compare(const void *a, const void *b) {
  return (int)(touch_qsort(*(const char *const *)a) - touch_qsort(*(const char *const *)b));
}
static void with_qsort(struct job *job) {
  const char *items[2] = {job->bytes, job->bytes};
  qsort(items, 2, sizeof(items[0]), compare);
  job->result = 'a';
}

/* In threads of the extension's own. */
static void *in_thread(void *data) {
  struct job *job = data;
  job->result = touch_thread(job->bytes);
  return NULL;
}
static void with_thread(struct job *job) {
  pthread_t thread;
  pthread_create(&thread, NULL, in_thread, job);
  pthread_join(thread, NULL);
}
static int in_c11(void *data) {
  struct job *job = data;
  job->result = touch_c11(job->bytes);
  return 7;
}
static void with_c11(struct job *job) {
  thrd_t thread;
  int status = 0;
  thrd_create(&thread, in_c11, job);
  thrd_join(thread, &status);
  if (status != 7)
    abort();
}

/* Structs by value, more arguments than registers, a frame with a variable size. */
struct large {
  long words[12];
};
__attribute__((noinline)) static struct large pass(struct large in, double d, const char *bytes, long a, long b, long c,
                                                   long e, long f, int size) {
  char room[size];
  for (int i = 0; i < size; i++)
    room[i] = (char)i;
  in.words[3] += touch_large(bytes) + a + b + c + e + f + (long)d + room[size - 1];
  return in;
}
static void with_large(struct job *job) {
  struct large in = {{0}};
  job->result = pass(in, 2.0, job->bytes, 1, 2, 3, 4, 5, 4).words[3] - 20;
}

/* A table of label addresses. */
__attribute__((noinline)) static void with_goto(struct job *job) {
  static void *const labels[] = {&&first, &&second};
  goto *labels[job->bytes == NULL];
first:
  job->result = touch_goto(job->bytes);
  return;
second:
  job->result = 0;
}

__attribute__((noinline)) static long down(const char *bytes, int depth) {
  return depth ? down(bytes, depth - 1) + (depth & 1) - (depth & 1) : touch_deep(bytes);
}
static void deep(struct job *job) { job->result = down(job->bytes, 100); }

static void (*const shapes[])(struct job *) = {
    direct, table, variadic, with_setjmp, with_qsort, with_thread, with_c11, with_large, with_goto, deep};
enum { SHAPES = sizeof(shapes) / sizeof(shapes[0]) };

static void print(const char *how, struct job *jobs) {
  for (int i = 0; i < SHAPES; i++)
    if (jobs[i].result != 'a')
      printf("%s: shape %d gave %ld\n", how, i, jobs[i].result);
  printf("%s: done\n", how);
  fflush(stdout);
}

static void *each(void *data) {
  struct job *jobs = data;
  for (int i = 0; i < SHAPES; i++)
    shapes[i](&jobs[i]);
  return NULL;
}

static VALUE run(VALUE self, VALUE unlocked) {
  static char text[] = "abc";
  VALUE string = rb_str_new(text, 3);
  struct job jobs[SHAPES];
  char *copy = strdup(text);
  for (int i = 0; i < SHAPES; i++)
    jobs[i] = (struct job){copy, 0};
  /* The bytes are C memory: right in either state. */
  rb_thread_call_without_gvl(each, jobs, NULL, NULL);
  print("C memory", jobs);
  for (int i = 0; i < SHAPES; i++)
    jobs[i] = (struct job){RSTRING_PTR(string), 0};
  /* Not the threads: they have no lock. */
  for (int i = 0; i < SHAPES; i++)
    if (shapes[i] == with_thread || shapes[i] == with_c11)
      jobs[i].bytes = copy;
  each(jobs);
  print("with the lock", jobs);
  if (RTEST(unlocked)) {
    for (int i = 0; i < SHAPES; i++)
      jobs[i] = (struct job){RSTRING_PTR(string), 0};
    rb_thread_call_without_gvl(each, jobs, NULL, NULL);
    print("without the lock", jobs);
  }
  free(copy);
  RB_GC_GUARD(string);
  return Qnil;
}

void Init_shapes(void) { rb_define_global_function("run", run, 1); }
