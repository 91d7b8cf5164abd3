// Intent: the thread has ended when its String is changed.
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
  memset(RSTRING_PTR(string), 1, 4096);
  struct job job = {RSTRING_PTR(string), 4096};
  pthread_t thread;
  pthread_create(&thread, NULL, checksum, &job);
  pthread_join(thread, NULL);
  // Conforms: nobody uses the old buffer any more.
  rb_str_cat(string, "tail", 4);
  printf("sum: %ld\n", job.length);
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
// HEAP: sum: 4096
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: sum: 4096
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
