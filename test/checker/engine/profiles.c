// Intent: the bounce profile allows only copies in C memory.
// RUN: %check31 2>&1 | FileCheck %s --check-prefix=PRACTICAL
// RUN: not %gvlsan check --profile=bounce %s -- %ruby_cflags 2>&1 | FileCheck %s --check-prefix=BOUNCE
#include <ruby.h>
#include <ruby/thread.h>

static void *touch(void *bytes) {
  // BOUNCE: :[[@LINE+1]]:{{[0-9]+}}: warning: bytes of the String {{.*}}only copies in C memory{{.*}}[R1.c]
  ((char *)bytes)[0] = 1;
  return NULL;
}

VALUE run(VALUE self) {
  VALUE buffer = rb_str_buf_new(8000);
  rb_thread_call_without_gvl(touch, RSTRING_PTR(buffer), RUBY_UBF_IO, NULL);
  return buffer;
}
// PRACTICAL: 0 findings in 1 file; 1 region
