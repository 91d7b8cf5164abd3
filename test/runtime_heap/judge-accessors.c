// Intent: each accessor is judged as R1.b, once, and answers as under the lock.
// REQUIRES: runtime_heap
// RUN: %cc -shared -fPIC %heap_cflags -I%source/sanitizer/include %S/Inputs/reporter.c -o %t.reporter.so
// RUN: %cc -shared -fPIC -O1 -g %heap_cflags %s -o %t.so
// RUN: env LD_PRELOAD=%t.reporter.so rheap run %t.so 2>&1 | FileCheck %s
#include <ruby.h>
#include <ruby/thread.h>

static const rb_data_type_t type = {"t", {NULL, NULL, NULL}, NULL, NULL, 0};
static int payload = 5;

struct values {
  VALUE string, array, data, object, big;
};

void *look(void *data) {
  struct values *v = data;
  // CHECK: R1.b: read of 8 by RSTRING_PTR in look, slot String String{{.*}}, lock released
  char *p = RSTRING_PTR(v->string);
  // CHECK-NEXT: R1.b: {{.*}} by RSTRING_LEN in look
  long n = RSTRING_LEN(v->string);
  // CHECK-NEXT: R1.b: {{.*}} by RSTRING_END in look
  n += RSTRING_END(v->string) - p;
  // CHECK-NEXT: R1.b: {{.*}} by RARRAY_LEN in look, slot Array Array
  n += RARRAY_LEN(v->array);
  // CHECK-NEXT: R1.b: {{.*}} by RARRAY_AREF in look
  n += FIX2LONG(RARRAY_AREF(v->array, 1));
  // CHECK-NEXT: R1.b: {{.*}} by RARRAY_CONST_PTR in look
  (void)RARRAY_CONST_PTR(v->array);
  // CHECK-NEXT: R1.b: {{.*}} by rb_data_slot in look, slot Data Object
  n += *(int *)RTYPEDDATA_DATA(v->data);
  // CHECK-NEXT: R1.b: {{.*}} by rb_typeddata_get_data in look
  n += *(int *)RTYPEDDATA_GET_DATA(v->data);
  // CHECK-NEXT: R1.b: {{.*}} by rb_type_p in look, slot Object Object
  n += RB_TYPE_P(v->object, T_OBJECT);
  // CHECK-NEXT: R1.b: {{.*}} by rb_class_of in look
  n += CLASS_OF(v->object) == rb_cObject;
  // CHECK-NEXT: R1.b: {{.*}} by rb_obj_frozen_inline in look
  n += OBJ_FROZEN(v->string);
  // CHECK-NEXT: R1.b: {{.*}} by rb_float_value in look, slot Float Float frozen
  n += RFLOAT_VALUE(v->big) == 1e300;
  return (void *)n;
}

static VALUE run(VALUE self) {
  struct values v = {rb_str_new_cstr("abc"),
                     rb_ary_new_from_args(2, INT2FIX(1), INT2FIX(20)),
                     TypedData_Wrap_Struct(rb_cObject, &type, &payload),
                     rb_obj_alloc(rb_cObject), DBL2NUM(1e300)};
  rb_obj_freeze(v.string);
  long n = (long)rb_thread_call_without_gvl(look, &v, NULL, NULL);
  // CHECK-NEXT: 42
  printf("%ld\n", n);
  return Qnil;
}

void Init_example(void) { rb_define_global_function("run", run, 0); }
