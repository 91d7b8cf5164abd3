#include "store.h"

static void mark(void *data) {
  struct store *store = data;
  rb_gc_mark_movable(store->near);
  mark_far(store);
}
static void compact(void *data) {
  struct store *store = data;
  store->near = rb_gc_location(store->near);
  locate_far(store);
}
static const rb_data_type_t store_type = {"store", {mark, RUBY_DEFAULT_FREE, NULL, compact}};

static VALUE set(VALUE self, VALUE object) {
  struct store *store = rb_check_typeddata(self, &store_type);
  store->near = object;
  store->far = object;
  store->lost = object;
  return rb_ary_new_from_args(3, store->near, store->far, store->lost);
}

void Init_type(void) {
  rb_define_method(rb_cObject, "set", set, 1);
}
