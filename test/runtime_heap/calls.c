// Intent: an unmodified small extension: classes, modules, methods of every arity, blocks,
//   rb_scan_args, variables, constants, super, allocation. Also with a compaction before each
//   allocation, so that nothing depends on where an object is.
// REQUIRES: runtime_heap
// RUN: %cc -shared -fPIC -O1 -g %heap_cflags %s -o %t.so
// RUN: rheap run %t.so | FileCheck %s
// RUN: env RHEAP_GC_STRESS=1 rheap run %t.so | FileCheck %s
// RUN: env RHEAP_GC_STRESS=compact rheap run %t.so | FileCheck %s
#include <ruby.h>
#include <ruby/encoding.h>

static void show(const char *what, VALUE v) {
  VALUE text = rb_inspect(v);
  printf("%s: %s\n", what, StringValueCStr(text));
}

struct point {
  long x, y;
  VALUE label;
};

static void point_mark(void *data) {
  rb_gc_mark_movable(((struct point *)data)->label);
}
static void point_compact(void *data) {
  struct point *p = data;
  p->label = rb_gc_location(p->label);
}
static size_t point_size(const void *data) { return sizeof(struct point); }
static const rb_data_type_t point_type = {
    "Point",
    {point_mark, RUBY_DEFAULT_FREE, point_size, point_compact},
    NULL,
    NULL,
    RUBY_TYPED_FREE_IMMEDIATELY | RUBY_TYPED_WB_PROTECTED};

static VALUE point_alloc(VALUE klass) {
  struct point *p;
  VALUE self = TypedData_Make_Struct(klass, struct point, &point_type, p);
  p->label = Qnil;
  return self;
}

static struct point *point(VALUE self) {
  struct point *p;
  TypedData_Get_Struct(self, struct point, &point_type, p);
  return p;
}

static VALUE point_init(int argc, VALUE *argv, VALUE self) {
  VALUE x, y, label, rest, options, block;
  rb_scan_args(argc, argv, "11*:&", &x, &y, &rest, &options, &block);
  point(self)->x = NUM2LONG(x);
  point(self)->y = NIL_P(y) ? 0 : NUM2LONG(y);
  label = NIL_P(options) ? Qnil
                         : rb_hash_aref(options, ID2SYM(rb_intern("label")));
  RB_OBJ_WRITE(self, &point(self)->label, label);
  rb_iv_set(self, "@rest", rest);
  rb_iv_set(self, "@block", NIL_P(block) ? Qfalse : Qtrue);
  return self;
}

static VALUE point_to_s(VALUE self) {
  return rb_sprintf("(%ld, %ld) %" PRIsVALUE " %+" PRIsVALUE, point(self)->x,
                    point(self)->y, point(self)->label, rb_iv_get(self, "@rest"));
}

static VALUE point_plus(VALUE self, VALUE other) {
  VALUE argv[] = {LONG2NUM(point(self)->x + point(other)->x),
                  LONG2NUM(point(self)->y + point(other)->y)};
  return rb_class_new_instance(2, argv, rb_obj_class(self));
}

static VALUE point_each(VALUE self) {
  rb_need_block();
  rb_yield(LONG2NUM(point(self)->x));
  return rb_yield_values(2, LONG2NUM(point(self)->y), ID2SYM(rb_intern("y")));
}

static VALUE point_origin(VALUE klass) {
  return rb_class_new_instance(1, (VALUE[]){INT2FIX(0)}, klass);
}

static VALUE point3_to_s(VALUE self) {
  VALUE text = rb_call_super(0, NULL);
  return rb_str_cat_cstr(rb_str_dup(text), " in space");
}

static VALUE collect(RB_BLOCK_CALL_FUNC_ARGLIST(value, list)) {
  rb_ary_push(list, rb_ary_new_from_values(argc, argv));
  return INT2FIX(argc);
}

static VALUE all_arguments(VALUE self, VALUE arguments) { return arguments; }
static VALUE three(VALUE self, VALUE a, VALUE b, VALUE c) {
  return rb_ary_new_from_args(3, c, b, a);
}
static VALUE given(VALUE self) { return RBOOL(rb_block_given_p()); }
static VALUE too_few(VALUE self) { return rb_funcall(self, rb_intern("three"), 1, Qnil); }

static VALUE run(VALUE self) {
  VALUE cPoint = rb_path2class("Geometry::Point");
  VALUE options = rb_hash_new();
  rb_hash_aset(options, ID2SYM(rb_intern("label")), rb_str_new_cstr("A"));
  VALUE argv[] = {INT2FIX(1), INT2FIX(2), ID2SYM(rb_intern("more")), options};
  VALUE p = rb_class_new_instance(4, argv, cPoint);
  // CHECK: p: (1, 2) A [:more]
  show("p", p);
  // CHECK-NEXT: sum: (2, 4)  []
  show("sum", rb_funcall(p, '+', 1, p));
  // CHECK-NEXT: origin: (0, 0)  []
  show("origin", rb_funcall(cPoint, rb_intern("origin"), 0));
  VALUE p3 = rb_class_new_instance(1, argv, rb_path2class("Geometry::Point3"));
  // CHECK-NEXT: p3: (1, 0)  [] in space
  show("p3", p3);
  // CHECK-NEXT: kinds: 1 1 0
  printf("kinds: %d %d %d\n", RTEST(rb_obj_is_kind_of(p3, cPoint)),
         RTEST(rb_obj_is_kind_of(p3, rb_mEnumerable)),
         RTEST(rb_obj_is_instance_of(p3, cPoint)));

  VALUE list = rb_ary_new();
  VALUE last = rb_block_call(p, rb_intern("each"), 0, NULL, collect, list);
  // CHECK-NEXT: yielded: {{\[\[1\], \[2, :y\]\]}}
  show("yielded", list);
  // CHECK-NEXT: last: 2
  show("last", last);
  // CHECK-NEXT: given: false
  show("given", rb_funcall(self, rb_intern("given"), 0));
  // CHECK-NEXT: given: true
  show("given", rb_block_call(self, rb_intern("given"), 0, NULL, collect, list));

  // CHECK-NEXT: three: [3, 2, 1]
  show("three", rb_funcall(self, rb_intern("three"), 3, INT2FIX(1), INT2FIX(2), INT2FIX(3)));
  // CHECK-NEXT: all: [nil, true]
  show("all", rb_funcall(self, rb_intern("all"), 2, Qnil, Qtrue));
  int state;
  rb_protect(too_few, self, &state);
  // CHECK-NEXT: error: wrong number of arguments (given 1, expected 3)
  show("error", rb_errinfo());
  rb_set_errinfo(Qnil);

  // CHECK-NEXT: constant: 42
  show("constant", rb_const_get(cPoint, rb_intern("ANSWER")));
  rb_cv_set(cPoint, "@@count", INT2FIX(9));
  // CHECK-NEXT: class variable: 9
  show("class variable", rb_cv_get(rb_path2class("Geometry::Point3"), "@@count"));
  rb_gv_set("$global", rb_str_new_cstr("value"));
  // CHECK-NEXT: global: "value"
  show("global", rb_gv_get("$global"));
  // CHECK-NEXT: attribute: :red
  rb_funcall(p, rb_intern("color="), 1, ID2SYM(rb_intern("red")));
  show("attribute", rb_funcall(p, rb_intern("color"), 0));

  VALUE v = Qnil;
  // CHECK-NEXT: temporary: 1 0
  char *small = ALLOCV_N(char, v, 10);
  int on_stack = v == 0;
  memset(small, 1, 10);
  char *large = ALLOCV_N(char, v, 100000);
  memset(large, 1, 100000);
  printf("temporary: %d %d\n", on_stack, v == 0);
  ALLOCV_END(v);
  // CHECK-NEXT: UTF-8
  printf("%s\n", rb_enc_name(rb_enc_get(rb_str_new_cstr("x"))));
  return Qnil;
}

void Init_example(void) {
  VALUE mGeometry = rb_define_module("Geometry");
  VALUE cPoint = rb_define_class_under(mGeometry, "Point", rb_cObject);
  rb_include_module(cPoint, rb_mEnumerable);
  rb_define_alloc_func(cPoint, point_alloc);
  rb_define_method(cPoint, "initialize", point_init, -1);
  rb_define_method(cPoint, "to_s", point_to_s, 0);
  rb_define_method(cPoint, "+", point_plus, 1);
  rb_define_method(cPoint, "each", point_each, 0);
  rb_define_singleton_method(cPoint, "origin", point_origin, 0);
  rb_define_attr(cPoint, "color", 1, 1);
  rb_define_const(cPoint, "ANSWER", INT2FIX(42));
  VALUE cPoint3 = rb_define_class_under(mGeometry, "Point3", cPoint);
  rb_define_method(cPoint3, "to_s", point3_to_s, 0);
  rb_define_global_function("three", three, 3);
  rb_define_global_function("all", all_arguments, -2);
  rb_define_global_function("given", given, 0);
  rb_define_global_function("too_few", too_few, 0);
  rb_define_global_function("run", run, 0);
}
