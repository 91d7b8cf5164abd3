// Intent: the bug itself (Bug #20169): write(2) gets the bytes of an embedded string.
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

  // Violates K1: while compaction protects the page, the kernel answers EFAULT.
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[K1]
  job->result = write(job->fd, job->bytes, job->length);
  return NULL;
}

static VALUE run(VALUE self) {
  int fds[2];
  if (pipe(fds) != 0)
    rb_sys_fail("pipe");
  static char text[] = "<1>";
  VALUE string = rb_str_new(text, 3);
  struct job job = {fds[1], RSTRING_PTR(string), RSTRING_LEN(string), 0};
  rb_thread_call_without_gvl(write_bytes, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(string);
  close(fds[0]);
  close(fds[1]);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: K1: 
// HEAP: READ of size 3
// HEAP: String
// HEAP: SUMMARY: GvlSanitizer: K1 
// HEAP: exit: 66
// RUBY: ERROR: GvlSanitizer: K1: 
// RUBY: READ of size 3
// RUBY: by write
// RUBY: #{{[0-9]+}} {{.*}}write_bytes
// RUBY: String
// RUBY: SUMMARY: GvlSanitizer: K1 
// RUBY: exit: 66
