// Intent: read(2) into a short string: pinned, and still in a page that may be protected (Bug #22467).
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <unistd.h>

struct job {
  int fd;
  char *bytes;
  size_t length;
  long result;
};

static void *read_bytes(void *data) {
  struct job *job = data;
  // Violates K1: the kernel writes into the slot.
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[K1]
  job->result = read(job->fd, job->bytes, job->length);
  return NULL;
}

static VALUE run(VALUE self) {
  int fds[2];
  if (pipe(fds) != 0 || write(fds[1], "abc", 3) != 3)
    rb_sys_fail("pipe");
  VALUE string = rb_str_new(NULL, 8);
  struct job job = {fds[0], RSTRING_PTR(string), 8, 0};
  rb_thread_call_without_gvl(read_bytes, &job, RUBY_UBF_IO, NULL);
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
// HEAP: WRITE of size 8
// HEAP: SUMMARY: GvlSanitizer: K1 
// HEAP: exit: 66
// RUBY: ERROR: GvlSanitizer: K1: 
// RUBY: WRITE of size 8
// RUBY: by read
// RUBY: SUMMARY: GvlSanitizer: K1 
// RUBY: exit: 66
