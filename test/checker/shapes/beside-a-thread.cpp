// Intent: std::thread and std::async run without the lock; a trampoline runs what it was made of.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <functional>
#include <future>
#include <ruby.h>
#include <ruby/thread.h>
#include <cstring>
#include <thread>

template <typename Function> static void without_gvl(Function &&function) {
  rb_thread_call_without_gvl(
      [](void *data) -> void * {
        (*static_cast<std::remove_reference_t<Function> *>(data))();
        return nullptr;
      },
      &function, RUBY_UBF_IO, nullptr);
}

VALUE trampoline(VALUE self) {
  VALUE text = rb_str_new(NULL, 8);
  char *bytes = RSTRING_PTR(text);
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: bytes of the String, which are embedded{{.*}}[R1.e]
  without_gvl([&] { std::memset(bytes, 1, 8); });
  return text;
}

static void run_function(const std::function<void()> &function) {
  rb_thread_call_without_gvl(
      [](void *data) -> void * {
        (*static_cast<const std::function<void()> *>(data))();
        return nullptr;
      },
      const_cast<std::function<void()> *>(&function), RUBY_UBF_IO, nullptr);
}

VALUE wrapped(VALUE self) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: rb_gc{{.*}} is called without the GVL{{.*}}[R1.api]
  run_function([] { rb_gc(); });
  return Qnil;
}

VALUE threads(VALUE self) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: rb_gc_start{{.*}} is called without the GVL{{.*}}[R1.api]
  std::thread thread([] { rb_gc_start(); });
  thread.join();
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: rb_gc_enable{{.*}} is called without the GVL{{.*}}[R1.api]
  auto later = std::async(std::launch::async, [] { rb_gc_enable(); });
  later.wait();
  return Qnil;
}
// STATIC: exit: 1
