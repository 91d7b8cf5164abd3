/* Hands the first word of any object's slot to the kernel, without the lock. */
#include <ruby.h>
#include <ruby/thread.h>
#include <fcntl.h>
#include <unistd.h>

static int sink;

static void *hand_out(void *slot) {
  return (void *)write(sink, slot, sizeof(VALUE));
}

static VALUE touch(VALUE self, VALUE object) {
  rb_thread_call_without_gvl(hand_out, (void *)object, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(object);
  return Qnil;
}

static VALUE touch_hidden(VALUE self) {
  return touch(self, rb_str_tmp_new(100));
}

static VALUE touch_locked(VALUE self, VALUE string) {
  rb_str_locktmp(string);
  touch(self, string);
  return rb_str_unlocktmp(string);
}

/* Where an object is: it may be asked about when it is there no more. */
static VALUE place(VALUE self, VALUE object) {
  return SIZET2NUM((size_t)object);
}

static VALUE touch_place(VALUE self, VALUE place) {
  rb_thread_call_without_gvl(hand_out, (void *)NUM2SIZET(place), RUBY_UBF_IO,
                             NULL);
  return Qnil;
}

/* Roots pin. */
static VALUE root(VALUE self, VALUE object) {
  rb_gc_register_mark_object(object);
  return object;
}

static const rb_data_type_t type = {"some/type"};

static VALUE typed(VALUE self) {
  return rb_data_typed_object_wrap(rb_cObject, NULL, &type);
}

static VALUE untyped(VALUE self) {
  return rb_data_object_wrap(rb_cObject, NULL, NULL, NULL);
}

void Init_slots(void) {
  sink = open("/dev/null", O_WRONLY | O_CLOEXEC);
  VALUE m = rb_define_module("Slots");
  rb_define_singleton_method(m, "touch", touch, 1);
  rb_define_singleton_method(m, "touch_hidden", touch_hidden, 0);
  rb_define_singleton_method(m, "touch_locked", touch_locked, 1);
  rb_define_singleton_method(m, "place", place, 1);
  rb_define_singleton_method(m, "touch_place", touch_place, 1);
  rb_define_singleton_method(m, "root", root, 1);
  rb_define_singleton_method(m, "typed", typed, 0);
  rb_define_singleton_method(m, "untyped", untyped, 0);
}
