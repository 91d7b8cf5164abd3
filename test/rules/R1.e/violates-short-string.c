// Intent: a short string's bytes lie in its slot: a pointer to them is an interior one.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <string.h>

static void *measure(void *data) {
  const char *name = data;
  // Violates R1.e: seven bytes are embedded in every supported Ruby; the
  // pointer was taken under the lock, but is followed without it.
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.e]
  return (void *)strlen(name);
}

static VALUE run(VALUE self) {
  static char text[] = "example";
  VALUE name = rb_str_new(text, 7);
  void *length = rb_thread_call_without_gvl(measure, StringValueCStr(name),
                                            RUBY_UBF_IO, NULL);
  printf("length: %lu\n", (unsigned long)length);
  fflush(stdout);
  RB_GC_GUARD(name);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: R1.e: 
// HEAP: READ of size
// HEAP: SUMMARY: GvlSanitizer: R1.e 
// HEAP: exit: 66
// RUBY: ERROR: GvlSanitizer: R1.e: 
// RUBY: READ of size
// RUBY: by strlen
// RUBY: #{{[0-9]+}} {{.*}}measure
// RUBY: SUMMARY: GvlSanitizer: R1.e 
// RUBY: exit: 66
