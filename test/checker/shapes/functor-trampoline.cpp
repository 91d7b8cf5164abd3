// Intent: a trampoline in another file runs what it is given, with the lock and without.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <functional>
#include <ruby.h>
#include <ruby/thread.h>

extern "C" VALUE run_protected(VALUE function);
extern "C" void *run_released(void *function);
extern "C" void run_to_stop(void *function);

class Archive {
public:
  VALUE listener = Qnil;
  bool stopped = false;

  VALUE extract() {
    release([&] {
      // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: rb_funcall is called without the GVL{{.*}}[R1.api]
      rb_funcall(listener, call, 0);
    });
    release([&] { stopped = true; });
    return Qnil;
  }

  static ID call;

private:
  template <typename T> void release(T body) {
    std::function<void()> work = body;
    std::function<void()> stop = [&] { stopped = true; };
    std::function<void()> all = [&] {
      rb_thread_call_without_gvl(run_released, &work, run_to_stop, &stop);
      // Right: with the lock again.
      rb_funcall(listener, call, 0);
    };
    int state = 0;
    rb_protect(run_protected, reinterpret_cast<VALUE>(&all), &state);
  }
};
ID Archive::call;

static VALUE extract(VALUE self) {
  Archive archive;
  archive.listener = self;
  return archive.extract();
}

extern "C" void Init_shapes() {
  Archive::call = rb_intern("call");
  rb_define_method(rb_cObject, "extract", RUBY_METHOD_FUNC(extract), 0);
}
// STATIC: exit: 1
