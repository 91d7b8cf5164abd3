// Intent: a thread that holds the lock may hand embedded bytes to the kernel: nobody compacts meanwhile.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <stdio.h>
#include <unistd.h>

static VALUE run(VALUE self) {
  int fds[2];
  if (pipe(fds) != 0)
    rb_sys_fail("pipe");
  static char text[] = "<1>";
  VALUE string = rb_str_new(text, 3);
  // Conforms: the lock is held during the call.
  long written = write(fds[1], RSTRING_PTR(string), RSTRING_LEN(string));
  RB_GC_GUARD(string);
  printf("written: %ld\n", written);
  fflush(stdout);
  close(fds[0]);
  close(fds[1]);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC-NOT: {{error|warning}}: 
// STATIC: 0 findings in 1 file; 0 regions
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: written: 3
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: written: 3
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
