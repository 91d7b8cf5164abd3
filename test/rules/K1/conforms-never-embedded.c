// Intent: a hidden temporary too large for any slot keeps its bytes in C memory.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct job {
  int fd;
  const char *bytes;
  size_t length;
  long result;
};

static void *write_bytes(void *data) {
  struct job *job = data;

  // Conforms: the buffer of an 8000-byte string is not in a heap page.
  job->result = write(job->fd, job->bytes, job->length);
  return NULL;
}

static VALUE run(VALUE self) {
  int fds[2];
  if (pipe(fds) != 0)
    rb_sys_fail("pipe");
  VALUE string = rb_str_tmp_new(8000);
  memset(RSTRING_PTR(string), 'x', 8000);
  struct job job = {fds[1], RSTRING_PTR(string), RSTRING_LEN(string), 0};
  rb_thread_call_without_gvl(write_bytes, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(string);
  printf("written: %ld\n", job.result);
  fflush(stdout);
  close(fds[0]);
  close(fds[1]);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC-NOT: {{error|warning}}: 
// STATIC: 0 findings in 1 file; 1 region
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: written: 8000
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: written: 8000
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
