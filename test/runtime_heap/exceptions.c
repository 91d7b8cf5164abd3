// Intent: exceptions pass rb_protect, rb_ensure and rb_rescue as in Ruby; one that nobody takes
//   ends the program with its class and message, exit 1. All of it with a collection at each
//   allocation, too.
// REQUIRES: runtime_heap
// RUN: %cc -shared -fPIC -O1 -g %heap_cflags %s -o %t.so
// RUN: rheap run %t.so | FileCheck %s
// RUN: env RHEAP_GC_STRESS=compact rheap run %t.so | FileCheck %s
// RUN: %S/Inputs/expect-exit 1 rheap run %t.so --method uncaught 2>&1 | FileCheck %s --check-prefix=UNCAUGHT
// RUN: %S/Inputs/expect-exit 1 rheap run %t.so --method sys_fail 2>&1 | FileCheck %s --check-prefix=SYS
// UNCAUGHT: rheap: uncaught exception: ArgumentError: three is not 4
// SYS: rheap: uncaught exception: Errno::ENOENT: No such file or directory - the file
#include <ruby.h>

static VALUE raise(VALUE klass) { rb_raise(klass, "message %d", 7); }
static VALUE answer(VALUE v) { return v; }

static const char *message(VALUE error) {
  VALUE text = rb_funcall(error, rb_intern("message"), 0);
  return StringValueCStr(text);
}

static VALUE say(VALUE text) {
  printf("ensure %s\n", (const char *)text);
  return Qnil;
}

static VALUE rescue(VALUE arg, VALUE error) {
  printf("rescued %s: %s\n", rb_obj_classname(error), message(error));
  return arg;
}

static VALUE raise_in_ensure(VALUE klass) {
  return rb_ensure(raise, klass, say, (VALUE) "after a raise");
}

static VALUE rescue_standard(VALUE klass) {
  return rb_rescue(raise, klass, rescue, INT2FIX(5));
}

static VALUE rescue_two(VALUE klass) {
  return rb_rescue2(raise, klass, rescue, INT2FIX(6), rb_eTypeError,
                    rb_eArgError, (VALUE)0);
}

static VALUE jump(VALUE state) { rb_jump_tag((int)state); }
static VALUE check(VALUE v) {
  Check_Type(v, T_STRING);
  return Qnil;
}
static VALUE append(VALUE s) { return rb_str_cat_cstr(s, "d"); }
static VALUE fly(VALUE v) { return rb_funcall(v, rb_intern("fly"), 0); }

static VALUE run(VALUE self) {
  int state = -1;
  VALUE v = rb_protect(answer, INT2FIX(3), &state);
  // CHECK: nothing raised: 3 0 nil
  printf("nothing raised: %d %d %s\n", FIX2INT(v), state,
         NIL_P(rb_errinfo()) ? "nil" : "set");

  // CHECK-NEXT: ensure after a raise
  // CHECK-NEXT: protected: nil 6 TypeError: message 7
  v = rb_protect(raise_in_ensure, rb_eTypeError, &state);
  printf("protected: %s %d %s: %s\n", NIL_P(v) ? "nil" : "?", state,
         rb_obj_classname(rb_errinfo()), message(rb_errinfo()));
  rb_set_errinfo(Qnil);

  // CHECK-NEXT: ensure without
  // CHECK-NEXT: 8
  printf("%d\n", FIX2INT(rb_ensure(answer, INT2FIX(8), say, (VALUE) "without")));

  // CHECK-NEXT: rescued RuntimeError: message 7
  // CHECK-NEXT: 5 nil
  v = rescue_standard(rb_eRuntimeError);
  printf("%d %s\n", FIX2INT(v), NIL_P(rb_errinfo()) ? "nil" : "set");

  // rb_rescue takes StandardError only, rb_rescue2 what it is told.
  // CHECK-NEXT: passed by: 6 NoMemoryError
  rb_protect(rescue_standard, rb_eNoMemError, &state);
  printf("passed by: %d %s\n", state, rb_obj_classname(rb_errinfo()));
  rb_set_errinfo(Qnil);
  // CHECK-NEXT: rescued ArgumentError: message 7
  rescue_two(rb_eArgError);
  // CHECK-NEXT: passed by: 6 IndexError
  rb_protect(rescue_two, rb_eIndexError, &state);
  printf("passed by: %d %s\n", state, rb_obj_classname(rb_errinfo()));

  // A jump goes on with what rb_protect stopped.
  // CHECK-NEXT: rescued IndexError: message 7
  rb_rescue(jump, state, rescue, Qnil);

  // CHECK-NEXT: TypeError: wrong argument type Integer (expected String)
  rb_protect(check, INT2FIX(1), &state);
  printf("%s: %s\n", rb_obj_classname(rb_errinfo()), message(rb_errinfo()));
  // CHECK-NEXT: FrozenError: can't modify frozen String: "abc"
  rb_protect(append, rb_str_freeze(rb_str_new_cstr("abc")), &state);
  printf("%s: %s\n", rb_obj_classname(rb_errinfo()), message(rb_errinfo()));
  // CHECK-NEXT: NoMethodError: undefined method 'fly' for an instance of Integer
  rb_protect(fly, INT2FIX(1), &state);
  printf("%s: %s\n", rb_obj_classname(rb_errinfo()), message(rb_errinfo()));
  rb_set_errinfo(Qnil);
  return Qnil;
}

static VALUE uncaught(VALUE self) {
  rb_raise(rb_eArgError, "%s is not %d", "three", 4);
}

static VALUE sys_fail(VALUE self) {
  errno = ENOENT;
  rb_sys_fail("the file");
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
  rb_define_global_function("uncaught", uncaught, 0);
  rb_define_global_function("sys_fail", sys_fail, 0);
}
