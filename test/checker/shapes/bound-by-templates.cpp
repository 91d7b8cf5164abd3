// Intent: a library of templates keeps the functions that it binds in fields of class templates, one for
// each signature, and calls them much later; what is bound to run without the lock is judged, also a
// member function, and what is bound to run with it is not.
// RUN: not %gvlsan check %s -- -std=c++17 %ruby_cflags 2>&1 | FileCheck %s --implicit-check-not="error: " --implicit-check-not="warning: "
#include <functional>
#include <ruby.h>
#include <ruby/thread.h>
#include <string>
#include <tuple>
#include <utility>

namespace bind {
struct WithoutLock {};

template <typename Function, typename Tuple> class Invoker {
public:
  Invoker(const Function function, Tuple &&args) : function(function), args(std::forward<Tuple>(args)) {}
  void invoke() { std::apply(function, std::forward<Tuple>(args)); }

private:
  Function function;
  Tuple args;
};

template <typename Function, typename Tuple> void released(Function function, Tuple &&args) {
  using Runs = Invoker<Function, Tuple>;
  Runs invoker(function, std::forward<Tuple>(args));
  auto trampoline = [](void *data) -> void * {
    static_cast<Runs *>(data)->invoke();
    return nullptr;
  };
  rb_thread_call_without_gvl(trampoline, &invoker, nullptr, nullptr);
}

struct Native {
  virtual ~Native() = default;
  virtual VALUE call(VALUE self, VALUE argument) = 0;
};

template <typename Function, bool Released> class NativeFunction : public Native {
public:
  NativeFunction(Function function, std::string name) : function_(function), name_(std::move(name)) {}
  template <typename... Options> static void define(std::string name, Function function, const Options &...) {
    keep(new NativeFunction(std::forward<Function>(function), name));
  }
  VALUE call(VALUE self, VALUE argument) override {
    if constexpr (Released)
      released(function_, std::make_tuple(NUM2LONG(argument)));
    else
      std::invoke(function_, NUM2LONG(argument));
    return self;
  }

private:
  static void keep(Native *native);
  Function function_;
  std::string name_;
};

template <typename Class, typename Method> class NativeMethod : public Native {
public:
  explicit NativeMethod(Method method) : method_(method) {}
  VALUE call(VALUE self, VALUE argument) override {
    released(method_, std::make_tuple(static_cast<Class *>(DATA_PTR(self)), NUM2LONG(argument)));
    return self;
  }

private:
  Method method_;
};

template <typename Function, typename... Options>
void define_function(std::string name, Function &&function, const Options &...options) {
  constexpr bool Released = (std::is_same_v<Options, WithoutLock> || ...);
  NativeFunction<std::decay_t<Function>, Released>::define(name, std::forward<Function>(function), options...);
}
template <typename Class, typename Result>
Native *define_method(std::string name, Result (Class::*method)(long)) {
  return new NativeMethod<Class, Result (Class::*)(long)>(method);
}
} // namespace bind

static void count(long) {}
static long warn(long by) {
  rb_warn("by %ld", by);
  return by;
}
static int warn_released(long by) {
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: rb_warn is called without the GVL
  rb_warn("by %ld", by);
  return 0;
}
struct Counter {
  long n = 0;
  long add(long by) { return n += by; }
  void warn(long by) {
    // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: rb_sys_fail is called without the GVL
    rb_sys_fail(by ? "by" : "none");
  }
};

extern "C" bind::Native *Init_bound(void) {
  bind::define_function("count", count, bind::WithoutLock());
  bind::define_function("warn", &warn);
  bind::define_function("warn_released", &warn_released, bind::WithoutLock());
  bind::define_method("add", &Counter::add);
  return bind::define_method("warn", &Counter::warn);
}
