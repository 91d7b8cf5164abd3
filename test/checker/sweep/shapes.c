// Intent: D1 through helpers, callbacks and constants; what may be called in the sweep is not reported.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/st.h>

struct pool {
  VALUE owner;
  st_table *items;
  char *copy;
};

static int drop(st_data_t key, st_data_t value, st_data_t unused) {
  // STATIC: :[[@LINE+2]]:{{[0-9]+}}: error: 'data' of another object is used in a dfree{{.*}}[D1]
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: 'rb_check_typeddata' {{.*}} in a dfree{{.*}}[D1]
  DATA_PTR((VALUE)value) = rb_check_typeddata((VALUE)value, NULL);
  return ST_DELETE;
}

static void release(struct pool *pool, int in_sweep) {
  if (!in_sweep)
    rb_funcall(pool->owner, rb_intern("released"), 0);
  if (pool->items) {
    st_foreach(pool->items, drop, 0);
    st_free_table(pool->items);
  }
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: 'xmalloc' may start a collection in a dfree{{.*}}[D1]
  pool->copy = xmalloc(8);
  xfree(pool->copy);
}

static void pool_free(void *data) {
  release(data, 1);
  xfree(data);
}

static void deferred_free(void *data) {
  release(data, 0);
}

static const rb_data_type_t immediate = {"pool", {NULL, pool_free, NULL}, NULL, NULL, RUBY_TYPED_FREE_IMMEDIATELY};
static const rb_data_type_t deferred = {"later", {NULL, deferred_free, NULL}, NULL, NULL, 0};

VALUE pool_size(VALUE self, VALUE later) {
  struct pool *a = rb_check_typeddata(self, &immediate), *b = rb_check_typeddata(later, &deferred);
  return rb_ary_new_from_args(2, LONG2NUM((long)a->items->num_entries), LONG2NUM((long)b->items->num_entries));
}
// STATIC: exit: 1
