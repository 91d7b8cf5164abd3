// Intent: a library that is given an array of addresses follows what is at them, and what an object owns that a converter returned dies with it.
// RUN: not gvlsan check %s -- %ruby_cflags 2>&1 | FileCheck %s --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>

struct memory {
  char *address;
};
static void memory_free(void *p) { xfree(((struct memory *)p)->address); }
static const rb_data_type_t memory_type = {"memory", {NULL, memory_free, NULL}, NULL, NULL, 0};

union slot {
  void *pointer;
  long number;
};
struct call {
  void **values;
};
void library_call(void **values);

static void *region(void *data) {
  struct call *call = data;
  // CHECK: [[@LINE+2]]:{{[0-9]+}}: warning: bytes of 'text'{{.*}} handed to library_call {{.*}} [R1.e]
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: bytes of the object from 'rb_funcall({{.*}} [R1.e]
  library_call(call->values);
  return NULL;
}
static void *to_memory(VALUE object) {
  VALUE made = rb_funcall(object, rb_intern("to_ptr"), 0);
  struct memory *memory;
  TypedData_Get_Struct(made, struct memory, &memory_type, memory);
  return memory->address;
}
// Only the address of what to_ptr returned is kept.
static VALUE dropped(VALUE self, VALUE object) {
  union slot slots[2];
  void *values[2] = {&slots[0], NULL};
  struct call call = {values};
  slots[0].pointer = to_memory(object);
  // CHECK: [[@LINE+1]]:3: warning: the object {{.*}} owns memory that the region uses, {{.*}} [R2.a]
  rb_thread_call_without_gvl(region, &call, RUBY_UBF_IO, NULL);
  return Qnil;
}
static VALUE bytes(VALUE self, VALUE text) {
  union slot slots[2];
  void *values[2] = {&slots[0], NULL};
  struct call call = {values};
  slots[0].pointer = RSTRING_PTR(text);
  rb_thread_call_without_gvl(region, &call, RUBY_UBF_IO, NULL);
  return Qnil;
}
// The variable whose address the conversion knows is out of scope.
static VALUE out_of_scope(VALUE self, VALUE object) {
  union slot slots[2];
  void *values[2] = {&slots[0], NULL};
  struct call call = {values};
  {
    VALUE made = rb_funcall(object, rb_intern("to_s"), 0);
    slots[0].pointer = StringValuePtr(made);
  }
  // CHECK: [[@LINE+1]]:3: warning: the object {{.*}} owns memory that the region uses, {{.*}} [R2.a]
  rb_thread_call_without_gvl(region, &call, RUBY_UBF_IO, NULL);
  return Qnil;
}

static void *silent(void *data) {
  library_call(((struct call *)data)->values);
  return NULL;
}
// Right: the object is the method's own argument, or guarded.
static VALUE argument(VALUE self) {
  union slot slots[2];
  void *values[2] = {&slots[0], NULL};
  struct call call = {values};
  struct memory *memory;
  TypedData_Get_Struct(self, struct memory, &memory_type, memory);
  slots[0].pointer = memory->address;
  rb_thread_call_without_gvl(silent, &call, RUBY_UBF_IO, NULL);
  return Qnil;
}
static VALUE guarded(VALUE self, VALUE object) {
  union slot slots[2];
  void *values[2] = {&slots[0], NULL};
  struct call call = {values};
  VALUE made = rb_funcall(object, rb_intern("to_ptr"), 0);
  struct memory *memory;
  TypedData_Get_Struct(made, struct memory, &memory_type, memory);
  slots[0].pointer = memory->address;
  rb_thread_call_without_gvl(silent, &call, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(made);
  return Qnil;
}
void Init_arrays(void) {
  rb_define_global_function("dropped", dropped, 1);
  rb_define_global_function("bytes", bytes, 1);
  rb_define_global_function("out_of_scope", out_of_scope, 1);
  rb_define_global_function("argument", argument, 0);
  rb_define_global_function("guarded", guarded, 1);
}
