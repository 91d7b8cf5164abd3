// Intent: C1 in the styles that C++ extensions use: lambdas, methods, containers, RAII wrappers.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <vector>

struct Session {
  VALUE callback = Qnil;
  VALUE forgotten = Qnil;
  std::vector<VALUE> items;
  void mark() const {
    rb_gc_mark(callback);
    for (VALUE item : items)
      rb_gc_mark(item);
  }
};

static const rb_data_type_t session_type = {
    "session",
    {[](void *data) { static_cast<Session *>(data)->mark(); },
     [](void *data) { delete static_cast<Session *>(data); }, nullptr},
};

static VALUE session_new(VALUE klass) {
  return TypedData_Wrap_Struct(klass, &session_type, new Session);
}

static VALUE session_set(VALUE self, VALUE callback) {
  Session *session;
  TypedData_Get_Struct(self, Session, &session_type, session);
  session->callback = callback;
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: 'forgotten' of the struct behind an object holds an object of the caller's{{.*}}[C1]
  session->forgotten = callback;
  return rb_funcall(session->forgotten, rb_intern("call"), 0);
}

extern "C" void Init_styles(void) {
  VALUE klass = rb_define_class("Session", rb_cObject);
  rb_define_alloc_func(klass, session_new);
  rb_define_method(klass, "set", RUBY_METHOD_FUNC(session_set), 1);
}
// STATIC: exit: 1
