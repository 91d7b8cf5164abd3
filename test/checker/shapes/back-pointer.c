// Intent: the struct behind an object knows the object; that keeps nothing, but
// what is read from it does, once it is on the stack. As in BigDecimal.
// RUN: not %gvlsan check %s -- %ruby_cflags 2>&1 | FileCheck %s --implicit-check-not='[G1]'
#include <ruby.h>

typedef struct {
  VALUE obj;
  size_t digits;
} Real;

static void mark(void *p) {
  rb_gc_mark(((Real *)p)->obj);
}

static const rb_data_type_t type = {"real", {mark, RUBY_DEFAULT_FREE, 0}, 0, 0, RUBY_TYPED_FREE_IMMEDIATELY};

#define ENTER(n)                                                               \
  volatile VALUE saved[n];                                                     \
  int top = 0
#define SAVE(p) (saved[top++] = (p)->obj)

static Real *make(size_t digits) {
  Real *p;
  VALUE obj = TypedData_Make_Struct(rb_cObject, Real, &type, p);
  p->obj = obj;
  p->digits = digits;
  return p;
}

// The slot and the struct are tied together by hand.
static void tie(VALUE obj, Real *p) {
  RTYPEDDATA_DATA(obj) = p;
  p->obj = obj;
}

static Real *value_of(VALUE v) {
  Real *p;
  if (FIXNUM_P(v))
    return make(FIX2INT(v));
  TypedData_Get_Struct(v, Real, &type, p);
  return p;
}

static VALUE saved_first(VALUE self, VALUE other) {
  ENTER(2);
  Real *a = value_of(other), *b;
  SAVE(a);
  b = make(1);
  SAVE(b);
  b->digits = a->digits;
  return b->obj;
}

static VALUE in_a_local(VALUE self, VALUE other) {
  Real *a = make(2);
  volatile VALUE keep = a->obj;
  Real *b = make(1);
  b->digits = a->digits;
  return b->obj;
}

static VALUE returned_later(VALUE self, VALUE other) {
  Real *a = make(2);
  VALUE obj = a->obj;
  a->digits = make(1)->digits;
  return obj;
}

static VALUE not_saved(VALUE self, VALUE other) {
  Real *a = make(2), *b = make(1);
  // CHECK: :[[@LINE+1]]:18: error: a pointer into the object from 'make(2)' is used after 'make', which may run the collector; nothing keeps the object by then [G1]
  b->digits = a->digits;
  return b->obj;
}

static VALUE perhaps_new(VALUE self, VALUE other) {
  Real *a = value_of(other), *b = make(1);
  // CHECK: :[[@LINE+1]]:18: warning: a pointer into the object from 'value_of(other)' is used after 'make', which may run the collector; when the object is a new one, nothing keeps it by then [G1]
  b->digits = a->digits;
  tie(b->obj, b);
  return b->obj;
}

// Another field of the struct keeps another object.
typedef struct {
  VALUE name;
  size_t digits;
} Named;
static void mark_named(void *p) {
  rb_gc_mark(((Named *)p)->name);
}
static const rb_data_type_t named = {"named", {mark_named, RUBY_DEFAULT_FREE, 0}, 0, 0, RUBY_TYPED_FREE_IMMEDIATELY};

static Named *make_named(VALUE name) {
  Named *p;
  VALUE obj = TypedData_Make_Struct(rb_cObject, Named, &named, p);
  p->name = name;
  RB_GC_GUARD(obj);
  return p;
}

static VALUE name_saved(VALUE self, VALUE name) {
  Named *p = make_named(name);
  volatile VALUE keep = p->name;
  VALUE text = rb_inspect(keep);
  // CHECK: :[[@LINE+1]]:6: error: a pointer into the object from 'make_named(name)' is used after rb_inspect, which may run the collector; nothing keeps the object by then [G1]
  p->digits = RSTRING_LEN(text);
  return text;
}

void Init_shapes(void) {
  rb_define_method(rb_cObject, "saved_first", saved_first, 1);
  rb_define_method(rb_cObject, "in_a_local", in_a_local, 1);
  rb_define_method(rb_cObject, "returned_later", returned_later, 1);
  rb_define_method(rb_cObject, "not_saved", not_saved, 1);
  rb_define_method(rb_cObject, "perhaps_new", perhaps_new, 1);
  rb_define_method(rb_cObject, "name_saved", name_saved, 1);
}
