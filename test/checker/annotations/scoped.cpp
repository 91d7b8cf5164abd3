// Intent: a C++ class whose constructor leaves the lock and whose destructor takes it again.
// RUN: not %gvlsan check %s -- -I%source/checker/include %ruby_cflags > %t.out 2>&1
// RUN: %filecheck < %t.out
// RUN: %cxx -I%source/checker/include -std=c++11 -Wthread-safety -Werror %ruby_cflags -w -Wthread-safety -fsyntax-only %s
#include <gvlsan/annotations.h>
#include <ruby.h>

class WithoutGvl {
public:
  GVLSAN_RELEASES_GVL WithoutGvl();
  GVLSAN_ACQUIRES_GVL ~WithoutGvl();
};

GVLSAN_REQUIRES_GVL VALUE method(VALUE self, VALUE v) {
  long n = RSTRING_LEN(v);
  {
    WithoutGvl released;
    // CHECK: :[[@LINE+2]]:10: error: RSTRING_LEN looks into the object's slot without the GVL [R1.b]
    // CHECK-NEXT: :[[@LINE-2]]:16: note: the GVL is released here
    n += RSTRING_LEN(v);
  }
  n += RSTRING_LEN(v);
  return LONG2NUM(n);
}
