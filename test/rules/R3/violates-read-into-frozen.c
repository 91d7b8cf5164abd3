// Intent: read(2) into a frozen copy: the kernel writes, and the copy may share its bytes with the original.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: the runtime follows accesses to slots, not to the buffers that objects own.
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <unistd.h>

struct job {
  int fd;
  char *bytes;
  long result;
};

static void *read_bytes(void *data) {
  struct job *job = data;
  // Violates R3: read(2) writes into the buffer of a frozen String.
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}which is frozen, are written by read{{.*}}[R3]
  job->result = read(job->fd, job->bytes, 1000);
  return NULL;
}

static VALUE run(VALUE self) {
  int fds[2];
  if (pipe(fds) != 0 || write(fds[1], "abc", 3) != 3)
    rb_sys_fail("pipe");
  VALUE original = rb_str_buf_new(1000);
  rb_str_set_len(original, 1000);
  VALUE copy = rb_str_new_frozen(original);
  struct job job = {fds[0], RSTRING_PTR(copy), 0};
  rb_thread_call_without_gvl(read_bytes, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(copy);
  close(fds[0]);
  close(fds[1]);
  return original;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1

// HEAP: ERROR: GvlSanitizer: R3
// HEAP-NEXT: WRITE of size 1000 at {{.*}} (kernel mode, by read)
// HEAP: exit: 66
