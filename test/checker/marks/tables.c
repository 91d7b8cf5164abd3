// Intent: C1 of objects in a C table that the struct behind an object has, by whether a mark function looks into it.
// RUN: not %gvlsan check %s -- %ruby_cflags 2>&1 | FileCheck %s --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/st.h>

struct cache {
  st_table *walked, *marked, *keys, *counts, *symbols, *kept;
  VALUE all;
};

static int mark_entry(st_data_t key, st_data_t value, st_data_t data) {
  rb_gc_mark((VALUE)value);
  return ST_CONTINUE;
}
static void mark_walked(struct cache *cache) {
  st_foreach(cache->walked, mark_entry, 0);
}
static void mark(void *data) {
  struct cache *cache = data;
  mark_walked(cache);
  rb_mark_hash(cache->marked);
  rb_gc_mark(cache->all);
}
static const rb_data_type_t type = {"cache", {mark, RUBY_DEFAULT_FREE, 0}, 0, 0, 0};

static VALUE put(VALUE self, VALUE name, VALUE value) {
  struct cache *cache = rb_check_typeddata(self, &type);
  st_insert(cache->walked, 1, (st_data_t)value);
  st_insert(cache->marked, (st_data_t)name, (st_data_t)value);
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: the table 'keys' of the struct behind an object is given {{.*}}nothing marks what is in the table{{.*}}[C1]
  st_insert(cache->keys, (st_data_t)name, 1);
  // CHECK: note: the table is declared here
  st_add_direct(cache->counts, 1, FIX2INT(value));
  st_add_direct(cache->symbols, (st_data_t)ID2SYM(rb_intern("a")), (st_data_t)Qtrue);
  VALUE copy = rb_obj_dup(value);
  rb_ary_push(cache->all, copy);
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: the table 'kept' of the struct behind an object is given {{.*}}lives but may be moved{{.*}}[C1]
  st_insert(cache->kept, 1, (st_data_t)copy);
  return value;
}

static VALUE allocate(VALUE klass) {
  struct cache *cache;
  VALUE self = TypedData_Make_Struct(klass, struct cache, &type, cache);
  cache->all = rb_ary_new();
  cache->walked = st_init_numtable();
  return self;
}

void Init_tables(void) {
  rb_define_alloc_func(rb_cObject, allocate);
  rb_define_method(rb_cObject, "put", put, 2);
}
