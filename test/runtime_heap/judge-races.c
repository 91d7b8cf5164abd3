// Intent: two threads at the same bytes of a buffer, one of them writing, with nothing that orders them, are both
//   reported (R4), whoever comes first; what a lock, an atomic, a semaphore, a join or the GVL orders is silent, and
//   so are two that read, and two that use different bytes.
// REQUIRES: runtime_heap, sanitizer
// RUN: %cc -shared -fPIC -O1 -g -fno-optimize-sibling-calls %heap_cflags %s -o %t.so
// RUN: %gvlsan run -- rheap run %t.so --method right 2>&1 | FileCheck %s --check-prefix=RIGHT
// RUN: %gvlsan cc -shared -fPIC -O1 -g -fno-optimize-sibling-calls %heap_cflags %s -o %t.instrumented.so
// RUN: %gvlsan run -- rheap run %t.instrumented.so --method right 2>&1 | FileCheck %s --check-prefix=RIGHT
// RUN: not %gvlsan run -- rheap run %t.instrumented.so --method regions 2>&1 | FileCheck %s --check-prefix=REGIONS
// RUN: not %gvlsan run -- rheap run %t.so --method elements 2>&1 | FileCheck %s --check-prefix=ELEMENTS
// RUN: not %gvlsan run -- rheap run %t.so --method regions 2>&1 | FileCheck %s --check-prefix=REGIONS
// RUN: not %gvlsan run -- rheap run %t.so --method copied 2>&1 | FileCheck %s --check-prefix=COPIED
// RUN: not %gvlsan run -- rheap run %t.so --method received 2>&1 | FileCheck %s --check-prefix=RECEIVED
// RUN: not %gvlsan run -- rheap run %t.so --method later 2>&1 | FileCheck %s --check-prefix=LATER
#include <pthread.h>
#include <ruby.h>
#include <ruby/thread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <unistd.h>

enum { size = 4096 };

struct job {
  char *bytes;
  pthread_mutex_t mutex;
  sem_t semaphore;
  atomic_int flag;
  long sum;
};

static VALUE new_buffer(struct job *job) {
  VALUE string = rb_str_tmp_new(size);
  *job = (struct job){RSTRING_PTR(string), PTHREAD_MUTEX_INITIALIZER};
  sem_init(&job->semaphore, 0, 0);
  return string;
}

static pthread_t start(void *(*func)(void *), void *data) {
  pthread_t thread;
  pthread_create(&thread, NULL, func, data);
  return thread;
}

static void fill(char *bytes, long n) {
  for (volatile long i = 0; i < n; i++)
    bytes[i] = 'x';
}
static long sum(const char *bytes, long n) {
  long total = 0;
  for (long i = 0; i < n; i++)
    total += bytes[i];
  return total;
}

// What is right.

static void *fill_second_half(void *data) {
  fill(((struct job *)data)->bytes + size / 2, size / 2);
  return NULL;
}
static void *fill_and_set_flag(void *data) {
  struct job *job = data;
  fill(job->bytes, 64);
  atomic_store_explicit(&job->flag, 1, memory_order_release);
  return NULL;
}
static void *fill_and_post(void *data) {
  struct job *job = data;
  memset(job->bytes, 'x', size);
  sem_post(&job->semaphore);
  return NULL;
}
static void *fill_with_mutex(void *data) {
  struct job *job = data;
  for (int i = 0; i < 20; i++) {
    pthread_mutex_lock(&job->mutex);
    fill(job->bytes, 16);
    pthread_mutex_unlock(&job->mutex);
  }
  return NULL;
}
static void *fill_with_spinlock(void *data) {
  struct job *job = data;
  int unlocked = 0;
  while (!atomic_compare_exchange_weak(&job->flag, &unlocked, 1))
    unlocked = 0;
  fill(job->bytes, 16);
  atomic_store(&job->flag, 0);
  return NULL;
}
static void *count_in_buffer(void *data) {
  struct job *job = data;
  for (int i = 0; i < 10; i++)
    atomic_fetch_add((atomic_int *)job->bytes, 1);
  return NULL;
}
static void *sum_up(void *data) {
  struct job *job = data;
  job->sum = sum(job->bytes, size);
  return NULL;
}

static VALUE region_with_mutex(void *data) {
  rb_thread_call_without_gvl(fill_with_mutex, data, NULL, NULL);
  return Qnil;
}
/* The GVL is a lock as well. */
static VALUE fill_with_gvl(void *data) {
  for (int i = 0; i < 10; i++) {
    fill(((struct job *)data)->bytes, 16);
    rb_thread_schedule();
  }
  return Qnil;
}

static VALUE right(VALUE self) {
  struct job job;
  VALUE string = new_buffer(&job);
  pthread_t thread = start(fill_second_half, &job);
  fill(job.bytes, size / 2);
  pthread_join(thread, NULL);
  RB_GC_GUARD(string);
  printf("halves: %ld\n", sum(job.bytes, size) / 'x');

  string = new_buffer(&job);
  thread = start(fill_and_set_flag, &job);
  while (!atomic_load_explicit(&job.flag, memory_order_acquire))
    ;
  printf("flag: %ld\n", sum(job.bytes, 64) / 'x');
  pthread_join(thread, NULL);
  RB_GC_GUARD(string);

  string = new_buffer(&job);
  thread = start(fill_and_post, &job);
  sem_wait(&job.semaphore);
  printf("semaphore: %ld\n", sum(job.bytes, 64) / 'x');
  pthread_join(thread, NULL);
  RB_GC_GUARD(string);

  string = new_buffer(&job);
  thread = start(fill_with_mutex, &job);
  fill_with_mutex(&job);
  pthread_join(thread, NULL);
  thread = start(fill_with_spinlock, &job);
  fill_with_spinlock(&job);
  pthread_join(thread, NULL);
  RB_GC_GUARD(string);

  string = new_buffer(&job);
  thread = start(count_in_buffer, &job);
  count_in_buffer(&job);
  pthread_join(thread, NULL);
  thread = start(count_in_buffer, &job);
  rb_thread_call_without_gvl(count_in_buffer, &job, NULL, NULL);
  pthread_join(thread, NULL);
  printf("counted: %d\n", *(int *)job.bytes);
  RB_GC_GUARD(string);

  string = new_buffer(&job);
  memset(job.bytes, 1, size);
  thread = start(sum_up, &job);
  long total = sum(job.bytes, size);
  pthread_join(thread, NULL);
  printf("read: %ld %ld\n", total, job.sum);
  RB_GC_GUARD(string);

  string = new_buffer(&job);
  VALUE threads[] = {rb_thread_create(region_with_mutex, &job), rb_thread_create(region_with_mutex, &job),
                     rb_thread_create(fill_with_gvl, (struct job[]){{.bytes = job.bytes + 64}}),
                     rb_thread_create(fill_with_gvl, (struct job[]){{.bytes = job.bytes + 64}})};
  for (int i = 0; i < 4; i++)
    rb_funcall(threads[i], rb_intern("join"), 0);
  RB_GC_GUARD(string);
  printf("threads: %ld\n", sum(job.bytes, size) / 'x');
  return Qnil;
}
// RIGHT-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RIGHT: halves: 4096
// RIGHT: flag: 64
// RIGHT: semaphore: 64
// RIGHT: counted: 40
// RIGHT: read: 4096 4096
// RIGHT: threads: 32
// RIGHT-NOT: GvlSanitizer: {{[A-Z][0-9]}}

// What is wrong.

static void *store_elements(void *data) {
  for (int i = 0; i < 1000; i++)
    ((VALUE *)data)[i] = INT2FIX(i);
  return NULL;
}
static VALUE elements(VALUE self) {
  VALUE array = rb_ary_hidden_new(1000);
  for (int i = 0; i < 1000; i++)
    rb_ary_push(array, Qnil);
  VALUE *pointer = RARRAY_PTR(array);
  pthread_t thread = start(store_elements, pointer);
  long nils = 0;
  for (int i = 0; i < 1000; i++)
    nils += pointer[i] == Qnil;
  pthread_join(thread, NULL);
  RB_GC_GUARD(array);
  return LONG2FIX(nils);
}
// ELEMENTS-DAG: SUMMARY: GvlSanitizer: R4 {{.*}} in store_elements
// ELEMENTS-DAG: SUMMARY: GvlSanitizer: R4 {{.*}} in elements

static void *fill_in_region(void *data) {
  fill(((struct job *)data)->bytes, 64);
  return NULL;
}
static VALUE begin_region(void *data) {
  rb_thread_call_without_gvl(fill_in_region, data, NULL, NULL);
  return Qnil;
}
static VALUE regions(VALUE self) {
  struct job job;
  VALUE string = new_buffer(&job);
  VALUE one = rb_thread_create(begin_region, &job), other = rb_thread_create(begin_region, &job);
  rb_funcall(one, rb_intern("join"), 0);
  rb_funcall(other, rb_intern("join"), 0);
  RB_GC_GUARD(string);
  return Qnil;
}
// REGIONS: ERROR: GvlSanitizer: R4
// REGIONS-NEXT: WRITE of size 1 {{.*}}, which released the GVL
// REGIONS: in fill_in_region
// REGIONS: It meets a WRITE of size 1 in the thread with tid
// REGIONS: SUMMARY: GvlSanitizer: R4

static VALUE copied(VALUE self) {
  struct job job;
  char copy[size];
  VALUE string = new_buffer(&job);
  pthread_t thread = start(fill_in_region, &job);
  // A constant size is no call.
  volatile size_t n = sizeof(copy);
  memcpy(copy, job.bytes, n);
  pthread_join(thread, NULL);
  RB_GC_GUARD(string);
  return INT2FIX(copy[0]);
}
// COPIED-DAG: READ of size 4096 {{.*}}, by memcpy) by thread {{.*}}, which holds the GVL
// COPIED-DAG: SUMMARY: GvlSanitizer: R4 {{.*}} in copied
// COPIED-DAG: SUMMARY: GvlSanitizer: R4 {{.*}} in fill

static int fds[2];
static void *receive(void *data) {
  return (void *)read(fds[0], ((struct job *)data)->bytes, 64);
}
static VALUE received(VALUE self) {
  struct job job;
  VALUE string = new_buffer(&job);
  if (pipe(fds) != 0 || write(fds[1], "received", 8) != 8)
    rb_sys_fail("pipe");
  pthread_t thread = start(receive, &job);
  fill(job.bytes, 8);
  pthread_join(thread, NULL);
  RB_GC_GUARD(string);
  return Qnil;
}
// RECEIVED-DAG: WRITE of size 64 {{.*}}, by read) by thread
// RECEIVED-DAG: SUMMARY: GvlSanitizer: R4 {{.*}} in fill
// RECEIVED-DAG: SUMMARY: GvlSanitizer: R4 {{.*}} in receive

/* The thread is there first, and is given an address later. */
static void *wait_and_fill(void *data) {
  struct job *job = data;
  sem_wait(&job->semaphore);
  fill(job->bytes, 64);
  return NULL;
}
static VALUE later(VALUE self) {
  struct job job = {0};
  sem_init(&job.semaphore, 0, 0);
  pthread_t thread = start(wait_and_fill, &job);
  VALUE string = rb_str_tmp_new(size);
  job.bytes = RSTRING_PTR(string);
  sem_post(&job.semaphore);
  long total = sum(job.bytes, 64);
  pthread_join(thread, NULL);
  RB_GC_GUARD(string);
  return LONG2FIX(total);
}
// LATER-DAG: SUMMARY: GvlSanitizer: R4 {{.*}} in sum
// LATER-DAG: SUMMARY: GvlSanitizer: R4 {{.*}} in fill

void Init_example(void) {
  rb_define_global_function("right", right, 0);
  rb_define_global_function("elements", elements, 0);
  rb_define_global_function("regions", regions, 0);
  rb_define_global_function("copied", copied, 0);
  rb_define_global_function("received", received, 0);
  rb_define_global_function("later", later, 0);
}
