#include <cstdio>
#include <stdexcept>

// After the C++ library, whose names its macros redefine.
#include <ruby.h>
#include <ruby/thread.h>

static int destroyed;

struct Guard {
  ~Guard() { destroyed++; }
};

__attribute__((noinline)) static int measure(const char *text) {
  Guard guard;
  int length = 0;
  while (text[length])
    length++;
  if (length == 3)
    throw std::length_error("three");
  return length;
}

static VALUE run(VALUE self) {
  static char text[] = "abc";
  VALUE string = rb_str_new(text, 3);
  int caught = 0;
  struct Job {
    const char *bytes;
    int *caught;
  } job{RSTRING_PTR(string), &caught};
  rb_thread_call_without_gvl(
      [](void *data) -> void * {
        auto *job = static_cast<Job *>(data);
        try {
          measure(job->bytes);
        } catch (const std::length_error &) {
          *job->caught = 3;
        }
        return nullptr;
      },
      &job, nullptr, nullptr);
  std::printf("caught: %d, destroyed: %d\n", caught, destroyed);
  std::fflush(stdout);
  RB_GC_GUARD(string);
  return Qnil;
}

extern "C" void Init_exceptions() {
  rb_define_global_function("run", reinterpret_cast<VALUE (*)(...)>(run), 0);
}
