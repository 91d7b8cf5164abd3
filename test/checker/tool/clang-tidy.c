// Intent: the clang-tidy module reports what gvlsan check reports, at the same places, and NOLINT works there too.
// RUN: %clang_tidy -checks='-*,ruby-*' %s -- %ruby_cflags 2>/dev/null | grep -oE '^[^ ]*:[0-9]+:[0-9]+: .*\[[A-Z0-9]+\.?[a-z]*\]' | sed -E 's/: (error|warning): /: /' > %t.tidy
// RUN: not %gvlsan check %s -- %ruby_cflags 2>/dev/null | grep -E '\]$' | sed -E 's/: (error|warning): /: /' | sed 's|^|%S/|; s|^%S//|/|' | sed -E 's|^.*/([^/]*:[0-9]+:)|\1|' | sort > %t.check
// RUN: sed -E 's|^.*/([^/]*:[0-9]+:)|\1|' %t.tidy | sort > %t.tidy.sorted
// RUN: diff %t.check %t.tidy.sorted
// RUN: FileCheck %s < %t.check
// RUN: %clang_tidy -checks='-*,ruby-*' --list-checks | FileCheck %s --check-prefix=LIST
// LIST: ruby-gvl-api-call
// LIST: ruby-gvl-heap-access
// LIST: ruby-gvl-kernel-access
// LIST: ruby-gvl-owner
#include <ruby.h>
#include <ruby/thread.h>
#include <unistd.h>

static void *region(void *data) {
  VALUE v = (VALUE)data;
  // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: {{.*}}[R1.b]
  long n = RSTRING_LEN(v);
  n += RSTRING_LEN(v); // NOLINT
  // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: {{.*}}[R1.api]
  rb_str_new_cstr("made here");
  return (void *)n;
}

static void *writes(void *bytes) {
  // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: {{.*}}[K1]
  return (void *)write(1, bytes, 1);
}

VALUE run(VALUE self, VALUE v) {
  VALUE lost = rb_str_buf_new(30);
  rb_thread_call_without_gvl(region, (void *)v, RUBY_UBF_IO, NULL);
  // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: {{.*}}[R2.a]
  rb_thread_call_without_gvl(writes, RSTRING_PTR(lost), RUBY_UBF_IO, NULL);
  return Qnil;
}
