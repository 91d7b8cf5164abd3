// Intent: names that grow exponentially with the depth of template arguments do not make the checker wait; the functions are listed.
// RUN: not %gvlsan check %s -- %ruby_cflags -std=c++17 2>&1 | FileCheck %s
#include <ruby.h>
#include <ruby/thread.h>

template <typename A, typename B, typename C, typename D> struct Four {
  static void *run(void *data) {
    rb_gc();
    return data;
  }
};
template <typename T> using Twice = Four<T, T, T, T>;
using Two = Twice<Twice<int>>;
using Four8 = Twice<Twice<Twice<Twice<Two>>>>;
using Huge = Twice<Twice<Twice<Twice<Twice<Twice<Twice<Twice<Four8>>>>>>>>;

static VALUE run(VALUE self) {
  // CHECK: nested-templates.cpp:8:5: error: rb_gc is called without the GVL{{.*}}[R1.api]
  rb_thread_call_without_gvl(Two::run, nullptr, RUBY_UBF_IO, nullptr);
  rb_thread_call_without_gvl(Huge::run, nullptr, RUBY_UBF_IO, nullptr);
  return Qnil;
}

extern "C" void Init_nested() {
  rb_define_global_function("run", RUBY_METHOD_FUNC(run), 0);
}
// CHECK: 1 finding {{.*}}; 1 function over budget
