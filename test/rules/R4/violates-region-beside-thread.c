// Intent: a region writes into the buffer that a native thread is still reading.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: the runtime follows accesses to slots, not to the buffers that objects own.
#include <pthread.h>
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <string.h>

struct job {
  char *bytes;
  long length;
};

static void *checksum(void *data) {
  struct job *job = data;
  long sum = 0;
  for (long i = 0; i < job->length; i++)
    sum += job->bytes[i];
  job->length = sum;
  return NULL;
}

static void *clear(void *data) {
  struct job *job = data;
  // Violates R4: the thread sums up these very bytes.
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}written while another thread uses them{{.*}}[R4]
  memset(job->bytes, 0, 4096);
  return NULL;
}

static VALUE run(VALUE self) {
  VALUE string = rb_str_tmp_new(4096);
  struct job job = {RSTRING_PTR(string), 4096};
  pthread_t thread;
  pthread_create(&thread, NULL, checksum, &job);
  rb_thread_call_without_gvl(clear, &job, RUBY_UBF_IO, NULL);
  pthread_join(thread, NULL);
  RB_GC_GUARD(string);
  return LONG2FIX(job.length);
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1
// HEAP-DAG: SUMMARY: GvlSanitizer: R4 {{.*}} in clear
// HEAP-DAG: SUMMARY: GvlSanitizer: R4 {{.*}} in checksum
// HEAP: exit: 66
