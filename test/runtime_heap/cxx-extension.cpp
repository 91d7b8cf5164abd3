// Intent: an extension in C++ builds against the headers without warnings and runs.
// REQUIRES: runtime_heap
// RUN: %cxx -std=c++17 -Wall -Wextra -Werror -shared -fPIC -O1 %heap_cflags %s -o %t.so
// RUN: rheap run %t.so | FileCheck %s
// CHECK: 6 abc 5
#include <ruby.h>
#include <ruby/encoding.h>
#include <ruby/io.h>
#include <ruby/thread.h>

static VALUE twice(VALUE, VALUE n) { return LONG2NUM(2 * NUM2LONG(n)); }
static VALUE count(int argc, VALUE *, VALUE) { return INT2NUM(argc); }

static VALUE run(VALUE self) {
  VALUE text = rb_sprintf("%" PRIsVALUE, rb_str_new_cstr("abc"));
  long region = reinterpret_cast<long>(rb_thread_call_without_gvl(
      [](void *data) -> void * { return data; }, reinterpret_cast<void *>(5L),
      RUBY_UBF_IO, nullptr));
  VALUE arguments[] = {Qnil, Qtrue};
  if (rb_funcallv(self, rb_intern("count"), 2, arguments) != INT2FIX(2))
    rb_raise(rb_eRuntimeError, "wrong count");
  printf("%ld %s %ld\n",
         NUM2LONG(rb_funcall(self, rb_intern("twice"), 1, INT2FIX(3))),
         StringValueCStr(text), region);
  return Qnil;
}

extern "C" void Init_example(void) {
  rb_define_global_function("run", run, 0);
  rb_define_global_function("twice", twice, 1);
  rb_define_global_function("count", count, -1);
}
