// Intent: both sides take one mutex.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <pthread.h>
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <string.h>

struct job {
  char *bytes;
  long length;
  pthread_mutex_t lock;
};

static void *fill(void *data) {
  struct job *job = data;
  pthread_mutex_lock(&job->lock);
  memset(job->bytes, 'x', job->length);
  pthread_mutex_unlock(&job->lock);
  return NULL;
}

static VALUE run(VALUE self) {
  VALUE string = rb_str_tmp_new(4096);
  char *bytes = RSTRING_PTR(string);
  struct job job = {bytes, 4096, PTHREAD_MUTEX_INITIALIZER};
  pthread_t thread;
  pthread_create(&thread, NULL, fill, &job);
  pthread_mutex_lock(&job.lock);
  // Conforms: the mutex orders this read and the thread's writes, whichever is first.
  char first = bytes[0];
  pthread_mutex_unlock(&job.lock);
  pthread_join(thread, NULL);
  printf("known: %d\n", first == 0 || first == 'x');
  fflush(stdout);
  RB_GC_GUARD(string);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC-NOT: {{error|warning}}: 
// STATIC: 0 findings in 1 file; 0 regions
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: known: 1
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: known: 1
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
