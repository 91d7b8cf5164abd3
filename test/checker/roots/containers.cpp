// Intent: objects in global containers of C++ have to be marked one by one; numbers in them need nothing.
// RUN: not %gvlsan check %s -- %ruby_cflags 2>&1 | FileCheck %s --implicit-check-not="error: " --implicit-check-not="warning: "
#include <map>
#include <ruby.h>
#include <string>
#include <unordered_map>
#include <vector>

static std::vector<VALUE> listeners;
static std::unordered_map<std::string, VALUE> cache;
static std::vector<VALUE> marked;
static std::vector<VALUE> rooted;
static std::vector<VALUE> symbols;
static std::map<VALUE, int> counts;
static std::vector<unsigned long> numbers;
static std::vector<VALUE> handed_on;

static void mark_all(void *) {
  for (VALUE object : marked)
    rb_gc_mark(object);
}
static void mark_each(std::vector<VALUE> &objects) {
  for (VALUE object : objects)
    rb_gc_mark(object);
}
static void mark_others(void *) { mark_each(handed_on); }

static VALUE listen(VALUE self, VALUE object) {
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: the container 'listeners' is given an object of the caller's{{.*}}[H2]
  listeners.push_back(object);
  return object;
}
static VALUE put(VALUE self, VALUE key, VALUE object) {
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: the container 'cache' is given an object of the caller's{{.*}}[H2]
  cache[StringValueCStr(key)] = object;
  return object;
}
static VALUE count(VALUE self, VALUE object) {
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: the container 'counts' is given an object of the caller's{{.*}}[H2]
  counts.emplace(object, 1);
  return INT2FIX(counts.find(object)->second);
}
static VALUE right(VALUE self, VALUE object) {
  marked.push_back(object);
  handed_on.push_back(object);
  rb_gc_register_mark_object(object);
  rooted.push_back(object);
  symbols.push_back(ID2SYM(rb_intern("symbol")));
  numbers.push_back(NUM2ULONG(object));
  return object;
}

extern "C" void Init_containers(void) {
  static const rb_data_type_t type = {"marker", {mark_all, nullptr, nullptr}, nullptr, nullptr, 0};
  static const rb_data_type_t other = {"other", {mark_others, nullptr, nullptr}, nullptr, nullptr, 0};
  rb_gc_register_mark_object(TypedData_Wrap_Struct(rb_cObject, &type, &marked));
  rb_gc_register_mark_object(TypedData_Wrap_Struct(rb_cObject, &other, &handed_on));
  rb_define_global_function("listen", listen, 1);
  rb_define_global_function("put", put, 2);
  rb_define_global_function("count", count, 1);
  rb_define_global_function("right", right, 1);
}
