// Intent: what a template's own text leaves open ends no judgement.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
#include <ruby.h>
#include <ruby/thread.h>

template <typename T> const T made(0);

template <typename T> struct Holder {
  Holder() : field(1, 2) { static T local(3, 4); }
  T field;
};

static void *region(void *data) {
  return (void *)RSTRING_LEN((VALUE)data + made<VALUE>);
  // STATIC: :[[@LINE-1]]:{{[0-9]+}}: error: RSTRING_LEN looks into the object's slot without the GVL [R1.b]
}

extern "C" VALUE run(VALUE self, VALUE v) {
  rb_thread_call_without_gvl(region, (void *)v, RUBY_UBF_IO, 0);
  return v;
}
