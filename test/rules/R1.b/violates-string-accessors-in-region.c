// Intent: the VALUE travels into the region and is opened there.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>

static void *sum(void *data) {
  VALUE string = (VALUE)data;
  // Violates R1.b: RSTRING_PTR looks into the slot, without the lock.
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.b]
  const unsigned char *bytes = (const unsigned char *)RSTRING_PTR(string);
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.b]
  long length = RSTRING_LEN(string);
  unsigned long total = 0;
  for (long i = 0; i < length; i++)
    total += bytes[i];
  return (void *)total;
}

static VALUE run(VALUE self) {
  VALUE string = rb_str_new_cstr("abc");
  void *total =
      rb_thread_call_without_gvl(sum, (void *)string, RUBY_UBF_IO, NULL);
  printf("sum: %lu\n", (unsigned long)total);
  fflush(stdout);
  RB_GC_GUARD(string);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: R1.b: 
// HEAP: SUMMARY: GvlSanitizer: R1.b 
// HEAP: exit: 66
// Compiled, an accessor is the loads that its header wrote: fields of the slot.
// RUBY: ERROR: GvlSanitizer: R1.a: 
// RUBY: READ of size
// RUBY: #{{[0-9]+}} {{.*}}sum
// RUBY: SUMMARY: GvlSanitizer: R1.a 
// RUBY: exit: 66
