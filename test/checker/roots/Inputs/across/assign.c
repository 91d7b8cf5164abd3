#include "shared.h"

VALUE shared_rooted, shared_forgotten, shared_through_helper;

static VALUE kind, perhaps_new, deep;

static VALUE others(VALUE self) { return rb_ary_new_from_args(3, kind, perhaps_new, deep); }

static VALUE all(VALUE self) {
  return rb_ary_new_from_args(3, shared_rooted, shared_forgotten, shared_through_helper);
}

void Init_assign(void) {
  init_rooted();
  remember(&shared_through_helper);
  shared_rooted = rb_str_new_cstr("a");
  shared_forgotten = rb_str_new_cstr("b");
  shared_through_helper = rb_str_new_cstr("c");
  rb_define_global_function("all", all, 0);
  remember_all(&deep, 1);
  deep = rb_str_new_cstr("d");
  kind = define_kind("Kind");
  perhaps_new = kind_or_new(NULL);
  rb_define_global_function("others", others, 0);
}
