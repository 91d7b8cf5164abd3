// Intent: H2 in the shapes that extensions have: helpers, arrays, structs, tables, scratch globals.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>

// A helper that roots what it is given and hands it back.
static VALUE keep(VALUE object) {
  rb_gc_register_mark_object(object);
  return object;
}
static void root(VALUE *address) {
  rb_gc_register_address(address);
}

static VALUE by_helper, by_address, in_array[4], sym, klass, core, found, proc, scratch, last, unread;
static struct {
  VALUE name;
  long count;
} cache;
static VALUE table_a, table_b;
static VALUE *const table[] = {&table_a, &table_b};

static int compare(const void *a, const void *b) {
  return FIX2INT(rb_funcall(proc, rb_intern("call"), 2, *(VALUE *)a, *(VALUE *)b));
}

// The caller's frame holds the block for as long as the global does.
static VALUE sort(VALUE self, VALUE block, VALUE array) {
  proc = block;
  qsort((void *)RARRAY_CONST_PTR(array), RARRAY_LEN(array), sizeof(VALUE), compare);
  proc = Qnil;
  return array;
}

// STATIC: :[[@LINE+2]]:{{[0-9]+}}: error: 'scratch' holds an object of the caller's{{.*}}[H2]
static VALUE set(VALUE self, VALUE object) {
  scratch = object;
  return object;
}
static VALUE get(VALUE self) {
  return scratch;
}

// What is only compared is never followed.
static VALUE changed(VALUE self, VALUE object) {
  VALUE result = last == object ? Qfalse : Qtrue;
  last = object;
  return result;
}

static VALUE numbers(VALUE self, VALUE options) {
  static VALUE limit;
  VALUE given = rb_hash_aref(options, sym);
  if (limit == Qundef)
    return Qnil;
  limit = given;
  return INT2NUM(NUM2INT(given) + NUM2INT(limit));
}

static VALUE lazily(VALUE self) {
  static VALUE pattern;
  if (!pattern)
    // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: 'pattern' holds a new object{{.*}}[H2]
    pattern = rb_reg_new("a+", 2, 0);
  return pattern;
}

static VALUE read_all(VALUE self) {
  return rb_ary_new_from_args(9, by_helper, by_address, in_array[0], klass, core, found, cache.name,
                              table_a, table_b);
}

void Init_globals(void) {
  by_helper = keep(rb_str_new_cstr("a"));
  root(&by_address);
  by_address = rb_str_new_cstr("b");
  for (int i = 0; i < 4; ++i) {
    rb_gc_register_address(&in_array[i]);
    in_array[i] = rb_ary_new();
  }
  sym = ID2SYM(rb_intern("limit"));
  klass = rb_define_module("Globals");
  core = rb_const_get(rb_cObject, rb_intern("String"));
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: 'found' holds what a constant of Ruby's names{{.*}}[H2]
  found = rb_const_get(rb_cObject, rb_intern("Set"));
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: 'cache.name' holds a new object{{.*}}[H2]
  cache.name = rb_str_new_cstr("c");
  cache.count = 1;
  for (int i = 0; i < 2; ++i)
    rb_gc_register_address(table[i]);
  table_a = rb_str_new_cstr("d");
  table_b = rb_str_new_cstr("e");
  unread = rb_str_new_cstr("f");
  rb_define_module_function(klass, "sort", sort, 2);
  rb_define_module_function(klass, "set", set, 1);
  rb_define_module_function(klass, "get", get, 0);
  rb_define_module_function(klass, "changed", changed, 1);
  rb_define_module_function(klass, "numbers", numbers, 1);
  rb_define_module_function(klass, "lazily", lazily, 0);
  rb_define_module_function(klass, "read_all", read_all, 0);
}
// STATIC: exit: 1
