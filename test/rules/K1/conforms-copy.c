// Intent: F.copy: the kernel sees a copy in C memory.
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

  // Conforms: bytes is on the C stack.
  job->result = write(job->fd, job->bytes, job->length);
  return NULL;
}

static VALUE run(VALUE self) {
  int fds[2];
  char copy[16];
  if (pipe(fds) != 0)
    rb_sys_fail("pipe");
  VALUE string = rb_str_new_cstr("<1>");
  memcpy(copy, RSTRING_PTR(string), RSTRING_LEN(string));
  struct job job = {fds[1], copy, RSTRING_LEN(string), 0};
  rb_thread_call_without_gvl(write_bytes, &job, RUBY_UBF_IO, NULL);
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
// HEAP: written: 3
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: written: 3
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
