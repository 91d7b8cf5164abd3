// Intent: vmsplice(2) leaves a reference to the page in the pipe, so that holding the lock during the call is not enough.
// UNSUPPORTED-STATIC: the call itself is made with the lock.
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#define _GNU_SOURCE
#include <ruby.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

static VALUE run(VALUE self) {
  int fds[2];
  if (pipe(fds) != 0)
    rb_sys_fail("pipe");
  VALUE string = rb_sprintf("%s", "abc");
  struct iovec bytes = {RSTRING_PTR(string), 3};
  // Violates K1: whoever reads the pipe makes the kernel read the slot, at any time.
  printf("spliced: %ld\n", (long)vmsplice(fds[1], &bytes, 1, 0));
  fflush(stdout);
  RB_GC_GUARD(string);
  close(fds[0]);
  close(fds[1]);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// HEAP: ERROR: GvlSanitizer: K1:
// HEAP-NEXT: READ of size 3 at {{.*}} (kernel mode, by vmsplice)
// HEAP: until the other end of the pipe has read it
// HEAP: exit: 66
// RUBY: ERROR: GvlSanitizer: K1:
// RUBY-NEXT: READ of size 3 at {{.*}} (kernel mode, by vmsplice) by thread T0 {{.*}}, which holds the GVL
// RUBY-NEXT: The kernel goes on using the memory after the call, with or without the GVL: until the other end of the pipe has read it
// RUBY: spliced: 3
// RUBY: exit: 66
