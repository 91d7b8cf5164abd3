// Intent: xmalloc looks like malloc, but may run the collector.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>

static void *work(void *data) {
  // Violates R1.api: xmalloc counts the allocation and may start a collection,
  // which needs the lock.
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.api]
  char *buffer = xmalloc(100);
  buffer[0] = 1;
  return buffer;
}

static VALUE run(VALUE self) {
  char *buffer = rb_thread_call_without_gvl(work, NULL, RUBY_UBF_IO, NULL);
  printf("first: %d\n", buffer[0]);
  fflush(stdout);
  xfree(buffer);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: R1.api: 
// HEAP: xmalloc
// HEAP: SUMMARY: GvlSanitizer: R1.api 
// HEAP: exit: 66
// RUBY: ERROR: GvlSanitizer: R1.api: 
// RUBY: CALL of ruby_xmalloc
// RUBY: #{{[01]}} {{.*}} in work 
// RUBY: SUMMARY: GvlSanitizer: R1.api 
// RUBY: exit: 66
