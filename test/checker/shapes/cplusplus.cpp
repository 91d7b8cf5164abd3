// Intent: lambdas, methods and copies in C++.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>
#include <string>
#include <vector>

namespace {

struct Job {
  VALUE list;
  std::string text;
  std::vector<int> numbers;
  long result = 0;

  static void *measure(void *data) {
    auto *job = static_cast<Job *>(data);
    // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.b]
    job->result = RARRAY_LEN(job->list);
    return nullptr;
  }

  void sum() {
    for (int number : numbers)
      result += number + static_cast<long>(text.size());
  }
};

} // namespace

VALUE wrong_method(VALUE self, VALUE list) {
  Job job{list, "", {}};
  rb_thread_call_without_gvl(Job::measure, &job, RUBY_UBF_IO, nullptr);
  RB_GC_GUARD(list);
  return LONG2NUM(job.result);
}

VALUE wrong_lambda(VALUE self, VALUE string) {
  void *length = rb_thread_call_without_gvl(
      // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.b]
      [](void *data) -> void * { return reinterpret_cast<void *>(RSTRING_LEN(reinterpret_cast<VALUE>(data))); },
      reinterpret_cast<void *>(string), RUBY_UBF_IO, nullptr);
  RB_GC_GUARD(string);
  return LONG2NUM(reinterpret_cast<long>(length));
}

VALUE right(VALUE self, VALUE string) {
  StringValue(string);
  Job job{Qnil, std::string(RSTRING_PTR(string), RSTRING_LEN(string)), {1, 2}};
  rb_thread_call_without_gvl(
      [](void *data) -> void * {
        static_cast<Job *>(data)->sum();
        return nullptr;
      },
      &job, RUBY_UBF_IO, nullptr);
  return LONG2NUM(job.result);
}
// STATIC: exit: 1
