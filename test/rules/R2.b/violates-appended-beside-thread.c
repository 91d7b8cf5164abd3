// Intent: a thread works on the bytes while the method that started it appends to the String.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: buffers are kept for regions, and a thread that Ruby did not make is none.
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

static VALUE run(VALUE self) {
  VALUE string = rb_str_tmp_new(4096);
  struct job job = {RSTRING_PTR(string), 4096};
  pthread_t thread;
  pthread_create(&thread, NULL, checksum, &job);
  // Violates R2.b: the thread may still read the buffer that this replaces.
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: rb_str_cat{{.*}} changes {{.*}}while another thread uses its bytes [R2.b]
  rb_str_cat(string, "tail", 4);
  pthread_join(thread, NULL);
  RB_GC_GUARD(string);
  return LONG2FIX(job.length);
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1
// HEAP-DAG: SUMMARY: GvlSanitizer: R2.b {{.*}} in run
// HEAP-DAG: SUMMARY: GvlSanitizer: R2.b {{.*}} in checksum
// HEAP: exit: 66
