#include <gvlsan/annotations.h>
#include <ruby.h>
#include <ruby/thread.h>

static void *region(void *data) {
  GVLSAN_ASSERT_GVL();
  return data;
}
static VALUE held(VALUE self) {
  GVLSAN_ASSERT_GVL();
  return Qtrue;
}
static VALUE released(VALUE self) {
  rb_thread_call_without_gvl(region, NULL, NULL, NULL);
  return Qtrue;
}
void Init_assert_gvl(void) {
  VALUE module = rb_define_module("AssertGvl");
  rb_define_singleton_method(module, "held", held, 0);
  rb_define_singleton_method(module, "released", released, 0);
}
