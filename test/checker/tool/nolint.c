// Intent: NOLINT comments suppress a finding, by check, by rule, or all; the summary counts what they hid.
// RUN: not %gvlsan check %s -- %ruby_cflags > %t.out 2>&1
// RUN: FileCheck %s --implicit-check-not="error: " < %t.out
#include <ruby.h>
#include <ruby/thread.h>

static void *region(void *data) {
  VALUE v = (VALUE)data;
  long n = RSTRING_LEN(v); // NOLINT
  n += RSTRING_LEN(v);     // NOLINT(ruby-gvl-heap-access)
  n += RSTRING_LEN(v);     // NOLINT(ruby-*)
  n += RSTRING_LEN(v);     // NOLINT(R1.b)
  // NOLINTNEXTLINE(ruby-gvl-heap-access)
  n += RSTRING_LEN(v);
  // NOLINTBEGIN
  n += RSTRING_LEN(v);
  // NOLINTEND
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: RSTRING_LEN{{.*}}[R1.b]
  n += RSTRING_LEN(v); // NOLINT(ruby-gvl-owner)
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: RSTRING_LEN{{.*}}[R1.b]
  n += RSTRING_LEN(v);
  return (void *)n;
}

VALUE run(VALUE self, VALUE v) {
  return (VALUE)rb_thread_call_without_gvl(region, (void *)v, RUBY_UBF_IO, NULL);
}
// CHECK: 2 findings (2 errors) in 1 file; {{.*}}; 6 suppressed by NOLINT
