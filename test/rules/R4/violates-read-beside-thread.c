// Intent: the method reads bytes that a thread of its own is writing.
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

static void *fill(void *data) {
  struct job *job = data;
  memset(job->bytes, 'x', job->length);
  return NULL;
}

static VALUE run(VALUE self) {
  VALUE string = rb_str_tmp_new(4096);
  struct job job = {RSTRING_PTR(string), 4096};
  const char *bytes = RSTRING_PTR(string);
  pthread_t thread;
  pthread_create(&thread, NULL, fill, &job);
  // Violates R4: nothing orders this read and the thread's writes.
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}while another thread uses them{{.*}}[R4]
  char first = bytes[0];
  pthread_join(thread, NULL);
  RB_GC_GUARD(string);
  return INT2FIX(first);
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1
// HEAP-DAG: SUMMARY: GvlSanitizer: R4 {{.*}} in run
// HEAP-DAG: SUMMARY: GvlSanitizer: R4 {{.*}} in fill
// HEAP: exit: 66
