// Intent: threads take turns at the lock, wait for each other, are woken, interrupted and killed;
//   an unblock function ends a region, and a system call in one.
// REQUIRES: runtime_heap
// RUN: %cc -shared -fPIC -O1 -g %heap_cflags %s -o %t.so
// RUN: rheap run %t.so | FileCheck %s
// RUN: env RHEAP_GC_AT_RELEASE=compact rheap run %t.so | FileCheck %s
#include <ruby.h>
#include <ruby/thread.h>

#include <pthread.h>

static VALUE call(VALUE v, const char *name) {
  return rb_funcall(v, rb_intern(name), 0);
}

static VALUE square(void *n) { return LONG2NUM((long)n * (long)n); }
static VALUE fail(void *n) { rb_raise(rb_eIndexError, "in thread %ld", (long)n); }
static VALUE value_of(VALUE thread) { return call(thread, "value"); }

/* Only a switch that is forced on the spinning thread lets this end. */
static volatile int turn;
static VALUE wait_for_turn(void *unused) {
  while (turn < 1)
    rb_thread_check_ints();
  turn = 2;
  while (turn < 3)
    rb_thread_check_ints();
  return Qtrue;
}

static VALUE sleep_forever(void *unused) {
  rb_thread_sleep_forever();
  return INT2FIX(1);
}

static int cancelled, ensured;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static volatile int inside;

static void *wait_for_cancel(void *unused) {
  pthread_mutex_lock(&mutex);
  inside = 1;
  while (!cancelled)
    pthread_cond_wait(&condition, &mutex);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

static void cancel(void *unused) {
  pthread_mutex_lock(&mutex);
  cancelled++;
  pthread_cond_broadcast(&condition);
  pthread_mutex_unlock(&mutex);
}

static VALUE region(VALUE unused) {
  rb_thread_call_without_gvl(wait_for_cancel, NULL, cancel, NULL);
  return Qnil;
}
static VALUE after_region(VALUE unused) {
  ensured = 1;
  return Qnil;
}
static VALUE region_with_ensure(void *unused) {
  return rb_ensure(region, Qnil, after_region, Qnil);
}

static int fds[2];
static void *read_pipe(void *unused) {
  char byte;
  inside = 2;
  return (void *)(long)(read(fds[0], &byte, 1) < 0 ? errno : 0);
}
static long read_result = -1;
static VALUE block_in_read(void *unused) {
  read_result =
      (long)rb_thread_call_without_gvl2(read_pipe, NULL, RUBY_UBF_IO, NULL);
  return Qnil;
}

/* Each set of flags runs the function, unless an interrupt is pending and INTR_FAIL is there. */
static void *count_up(void *count) { return (void *)(long)++*(int *)count; }
static VALUE with_flags(void *unused) {
  static const int flags[] = {0, RB_NOGVL_UBF_ASYNC_SAFE, RB_NOGVL_OFFLOAD_SAFE, RB_NOGVL_INTR_FAIL,
                              RB_NOGVL_INTR_FAIL | RB_NOGVL_UBF_ASYNC_SAFE | RB_NOGVL_OFFLOAD_SAFE};
  int count = 0;
  for (int i = 0; i < 5; i++)
    rb_nogvl(count_up, &count, RUBY_UBF_IO, NULL, flags[i]);
  inside = 4;
  while (!rb_thread_interrupted(rb_thread_current()))
    rb_nogvl((void *(*)(void *))sched_yield, NULL, NULL, NULL, RB_NOGVL_INTR_FAIL);
  void *refused = rb_nogvl(count_up, &count, RUBY_UBF_IO, NULL, RB_NOGVL_INTR_FAIL | RB_NOGVL_UBF_ASYNC_SAFE);
  printf("with flags: %d %d\n", count, refused == NULL);
  rb_nogvl(count_up, &count, RUBY_UBF_IO, NULL, RB_NOGVL_OFFLOAD_SAFE);
  printf("not reached: the interrupt is served first\n");
  return Qnil;
}

static void *never(void *unused) { abort(); }
static VALUE interrupted_before(void *unused) {
  inside = 3;
  /* The kill is pending: the region is not entered, and NULL says so. */
  while (!rb_thread_interrupted(rb_thread_current()))
    rb_thread_call_without_gvl2((void *(*)(void *))sched_yield, NULL, NULL, NULL);
  errno = 0;
  void *result = rb_thread_call_without_gvl2(never, NULL, NULL, NULL);
  printf("refused: %d\n", result == NULL);
  return Qnil;
}

static VALUE run(VALUE self) {
  VALUE threads[10];
  long sum = 0;
  for (long i = 0; i < 10; i++)
    threads[i] = rb_thread_create(square, (void *)i);
  for (int i = 0; i < 10; i++)
    sum += NUM2LONG(call(threads[i], "value"));
  // CHECK: sum 285
  printf("sum %ld\n", sum);

  int state;
  VALUE thread = rb_thread_create(fail, (void *)7L);
  rb_protect(value_of, thread, &state);
  // CHECK-NEXT: 6 IndexError
  printf("%d %s\n", state, rb_obj_classname(rb_errinfo()));
  rb_set_errinfo(Qnil);

  thread = rb_thread_create(wait_for_turn, NULL);
  turn = 1;
  while (turn < 2)
    rb_thread_check_ints();
  turn = 3;
  // CHECK-NEXT: took turns 1
  printf("took turns %d\n", call(thread, "value") == Qtrue);

  thread = rb_thread_create(sleep_forever, NULL);
  rb_thread_schedule();
  rb_thread_wakeup(thread);
  // CHECK-NEXT: woken 1
  printf("woken %d\n", FIX2INT(call(thread, "value")));

  thread = rb_thread_create(region_with_ensure, NULL);
  while (inside < 1)
    rb_thread_schedule();
  rb_thread_kill(thread);
  call(thread, "join");
  // CHECK-NEXT: cancelled 1 ensured 1 alive 0
  printf("cancelled %d ensured %d alive %d\n", cancelled > 0, ensured,
         RTEST(call(thread, "alive?")));

  if (pipe(fds) != 0)
    rb_sys_fail("pipe");
  thread = rb_thread_create(block_in_read, NULL);
  while (inside < 2)
    rb_thread_schedule();
  rb_thread_kill(thread);
  call(thread, "join");
  // CHECK-NEXT: read said: Interrupted system call
  printf("read said: %s\n", strerror((int)read_result));

  thread = rb_thread_create(interrupted_before, NULL);
  while (inside < 3)
    rb_thread_schedule();
  rb_thread_kill(thread);
  call(thread, "join");
  // CHECK-NEXT: refused: 1

  thread = rb_thread_create(with_flags, NULL);
  while (inside < 4)
    rb_thread_schedule();
  rb_thread_kill(thread);
  call(thread, "join");
  // CHECK-NEXT: with flags: 5 1

  struct timeval moment = {0, 1000};
  rb_thread_wait_for(moment);
  // A thread that is still there does not keep the program from ending.
  rb_thread_create(sleep_forever, NULL);
  // CHECK-NEXT: end
  printf("end\n");
  return Qnil;
}

void Init_example(void) { rb_define_global_function("run", run, 0); }
