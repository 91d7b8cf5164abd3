// Intent: the accessors run under the lock; the region sees a pointer to C memory and a number.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <string.h>

struct job {
  const unsigned char *bytes;
  long length;
  unsigned long total;
};

static void *sum(void *data) {
  struct job *job = data;
  // Conforms: 8000 bytes are never embedded, and the owner is guarded below.
  for (long i = 0; i < job->length; i++)
    job->total += job->bytes[i];
  return NULL;
}

static VALUE run(VALUE self) {
  VALUE string = rb_str_tmp_new(8000);
  memset(RSTRING_PTR(string), 1, 8000);
  struct job job = {(const unsigned char *)RSTRING_PTR(string),
                    RSTRING_LEN(string), 0};
  rb_thread_call_without_gvl(sum, &job, RUBY_UBF_IO, NULL);
  printf("sum: %lu\n", job.total);
  fflush(stdout);
  RB_GC_GUARD(string);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC-NOT: {{error|warning}}: 
// STATIC: 0 findings in 1 file; 1 region
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: sum: 8000
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: sum: 8000
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
