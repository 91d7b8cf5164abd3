// Intent: the notes tell where the pointer was taken, where the lock went, and through which calls.
// RUN: not %check31 2>&1 | FileCheck %s
#include <ruby.h>
#include <ruby/thread.h>

static void deepest(const char *bytes) {
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: bytes of 'text'{{.*}}[R1.e]
  if (bytes[0])
    return;
}

// CHECK-NEXT: :[[@LINE+12]]:{{[0-9]+}}: note: the owner is the parameter 'text'
// CHECK-NEXT: :[[@LINE+12]]:{{[0-9]+}}: note: the pointer is taken here
// CHECK-NEXT: :[[@LINE+12]]:{{[0-9]+}}: note: the GVL is released here, for 'region'
// CHECK-NEXT: :[[@LINE+5]]:{{[0-9]+}}: note: 'middle' is called here
// CHECK-NEXT: :[[@LINE+1]]:{{[0-9]+}}: note: 'deepest' is called here
static void middle(const char *bytes) { deepest(bytes); }

static void *region(void *data) {
  middle(data);
  return NULL;
}

VALUE run(VALUE self, VALUE text) {
  char *bytes = RSTRING_PTR(text);
  rb_thread_call_without_gvl(region, bytes, RUBY_UBF_IO, NULL);
  return Qnil;
}
