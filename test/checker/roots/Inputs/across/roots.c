#include "shared.h"

void remember(VALUE *address) {
  *address = Qnil;
  rb_gc_register_address(address);
}

void init_rooted(void) {
  rb_gc_register_address(&shared_rooted);
}

VALUE define_kind(const char *name) {
  VALUE kind = rb_define_class(name, rb_cObject);
  rb_define_const(kind, "NAME", rb_str_new_cstr(name));
  return kind;
}

/* Now and then it is a new one. */
VALUE kind_or_new(const char *name) {
  return name ? define_kind(name) : rb_str_new_cstr("none");
}

/* Registered two calls further down, and the function that does so calls back. */
void remember_all(VALUE *address, int depth);
static void remember_deep(VALUE *address, int depth) {
  if (depth)
    remember_all(address, depth - 1);
  remember(address);
}
static void remember_next(VALUE *address, int depth) { remember_deep(address, depth); }
static void remember_more(VALUE *address, int depth) { remember_next(address, depth); }
static void remember_again(VALUE *address, int depth) { remember_more(address, depth); }
void remember_all(VALUE *address, int depth) { remember_again(address, depth); }
