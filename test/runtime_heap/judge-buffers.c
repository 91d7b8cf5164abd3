// Intent: a buffer whose owner is dead is judged at the access: R2.a in a region, G1 under the
//   lock; a live owner's buffer, and one moved to another owner's hands, is silent.
// REQUIRES: runtime_heap
// RUN: %cc -shared -fPIC %heap_cflags -I%source/sanitizer/include %S/Inputs/reporter.c -o %t.reporter.so
// RUN: %cc -shared -fPIC -O1 -g %heap_cflags %s -o %t.so
// RUN: env LD_PRELOAD=%t.reporter.so rheap run %t.so 2>&1 | FileCheck %s
// RUN: env LD_PRELOAD=%t.reporter.so RHEAP_GC_AT_RELEASE=gc rheap run %t.so 2>&1 | FileCheck %s
// RUN: env LD_PRELOAD=%t.reporter.so RHEAP_GC_AT_RELEASE=none rheap run %t.so --method in_region 2>&1 \
// RUN:   | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: R2.a
#include <ruby.h>
#include <ruby/thread.h>

__attribute__((noinline)) static char *bytes_of_dead_string(void) {
  VALUE s = rb_str_new(NULL, 5000);
  return RSTRING_PTR(s);
}

__attribute__((noinline)) static int *struct_of_dead_data(void) {
  int *p;
  static const rb_data_type_t type = {
      "int", {NULL, RUBY_DEFAULT_FREE, NULL}, NULL, NULL,
      RUBY_TYPED_FREE_IMMEDIATELY};
  TypedData_Make_Struct(rb_cObject, int, &type, p);
  return p;
}

__attribute__((noinline)) static void clear_stack(void) {
  volatile char frames[16384];
  for (unsigned i = 0; i < sizeof(frames); i++)
    frames[i] = 0;
}

void *write_it(void *data) {
  *(volatile char *)data = 1;
  return NULL;
}

static VALUE in_region(VALUE self) {
  char *bytes = bytes_of_dead_string();
  clear_stack();
  rb_thread_call_without_gvl(write_it, bytes, NULL, NULL);
  return Qnil;
}

static VALUE run(VALUE self) {
  // CHECK: R2.a: write of 1 by code in write_it, freed buffer of 5001, lock released
  in_region(self);
  int *p = struct_of_dead_data();
  clear_stack();
  // CHECK-NEXT: R2.a: write of 1 by code in write_it, freed buffer of 4, lock released
  rb_thread_call_without_gvl(write_it, p, NULL, NULL);
  char *bytes = bytes_of_dead_string();
  clear_stack();
  rb_gc_start();
  // CHECK-NEXT: G1: write of 1 by code in {{.*}}, freed buffer of 5001, lock held
  write_it(bytes);

  VALUE live = rb_str_new(NULL, 5000);
  rb_thread_call_without_gvl(write_it, RSTRING_PTR(live), NULL, NULL);
  // Shared: the root owns the bytes now, and lives as long as the copy.
  VALUE copy = rb_str_dup(live);
  bytes = RSTRING_PTR(copy);
  live = Qnil;
  rb_thread_call_without_gvl(write_it, bytes, NULL, NULL);
  RB_GC_GUARD(copy);
  // Wrong in principle, usual in extensions, and right in CRuby.
  free(ALLOC_N(char, 100));
  void *other = realloc(xmalloc(10), 100);
  xfree(other);
  // CHECK-NEXT: done
  printf("done\n");
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
  rb_define_global_function("in_region", in_region, 0);
}
