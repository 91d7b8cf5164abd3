// Intent: a dfree with RUBY_TYPED_FREE_IMMEDIATELY that looks into another object is reported, whatever
//   moves and whether anything does (D1); the kernel's look as K2; its own struct, embedded or not, is its
//   own, and so is all of it in a dfree that waits.
// REQUIRES: runtime_heap, sanitizer
// RUN: %cc -shared -fPIC -O1 -g %heap_cflags %s -o %t.so
// RUN: env GVLSAN_OPTIONS=halt_on_error=0 not %gvlsan run -- rheap run %t.so 2>&1 | FileCheck %s
#include <fcntl.h>
#include <ruby.h>
#include <unistd.h>

struct holder {
  VALUE string;
  char *bytes;
  int fd;
  long own;
};

static void load(void *data) {
  struct holder *holder = data;
  holder->own += RSTRING(holder->string)->len; // field
}

static void access_it(void *data) {
  struct holder *holder = data;
  holder->own += RSTRING_LEN(holder->string); // accessor
}

static void give_to_kernel(void *data) {
  struct holder *holder = data;
  if (write(holder->fd, holder->bytes, 5) < 0) // kernel
    abort();
}

static void own_struct(void *data) {
  struct holder *holder = data;
  holder->own++;
  if (write(holder->fd, &holder->own, sizeof(holder->own)) < 0)
    abort();
}

#define HOLDER(name, free, flags)                                                                    \
  static const rb_data_type_t name = {#name, {NULL, free, NULL, NULL, {NULL}}, NULL, NULL, flags}
HOLDER(loads, load, RUBY_TYPED_FREE_IMMEDIATELY);
HOLDER(accesses, access_it, RUBY_TYPED_FREE_IMMEDIATELY | RUBY_TYPED_EMBEDDABLE);
HOLDER(kernel, give_to_kernel, RUBY_TYPED_FREE_IMMEDIATELY);
HOLDER(own, own_struct, RUBY_TYPED_FREE_IMMEDIATELY | RUBY_TYPED_EMBEDDABLE);
HOLDER(waits, load, 0);

__attribute__((noinline)) static void make(const rb_data_type_t *type, VALUE string, int fd) {
  for (int i = 0; i < 50; i++) {
    struct holder *holder;
    TypedData_Make_Struct(rb_cObject, struct holder, type, holder);
    holder->string = string;
    holder->bytes = RSTRING_PTR(string);
    holder->fd = fd;
  }
}

static VALUE run(VALUE self) {
  int fd = open("/dev/null", O_WRONLY);
  VALUE string = rb_str_new_cstr("bytes");
  const rb_data_type_t *const types[] = {&own, &waits, &loads, &accesses, &kernel};
  for (int i = 0; i < 5; i++) {
    make(types[i], string, fd);
    fprintf(stderr, "collect %s\n", types[i]->wrap_struct_name);
    rb_gc();
  }
  RB_GC_GUARD(string);
  return Qnil;
}

void Init_example(void) { rb_define_global_function("run", run, 0); }
// CHECK: collect own
// CHECK-NEXT: collect waits
// CHECK-NEXT: collect loads
// CHECK: ERROR: GvlSanitizer: D1:
// CHECK-NEXT: READ of size 8
// CHECK-NEXT: #0 {{.*}} in load {{.*}}judge-dfree.c:20
// CHECK: collect accesses
// CHECK: ERROR: GvlSanitizer: D1:
// CHECK: in access_it {{.*}}judge-dfree.c:25
// CHECK: collect kernel
// CHECK: ERROR: GvlSanitizer: K2:
// CHECK: in give_to_kernel {{.*}}judge-dfree.c:30
