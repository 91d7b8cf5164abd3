// Intent: two threads that only read need no lock.
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
  char *bytes = RSTRING_PTR(string);
  memset(bytes, 1, 4096);
  struct job job = {bytes, 4096};
  pthread_t thread;
  pthread_create(&thread, NULL, checksum, &job);
  // Conforms: nobody writes.
  char first = bytes[0];
  pthread_join(thread, NULL);
  printf("first: %d, sum: %ld\n", first, job.length);
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
// HEAP: first: 1, sum: 4096
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: first: 1, sum: 4096
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
