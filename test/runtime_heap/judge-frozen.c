// Intent: a region that stores into the buffer of a frozen string breaks R3, by itself or by the kernel;
//   one that reads it, and one whose string is not frozen, do not. The store is made.
// REQUIRES: runtime_heap, sanitizer
// RUN: %cc -shared -fPIC -O1 -g %heap_cflags %s -o %t.so
// RUN: %gvlsan run -- rheap run %t.so --method right 2>&1 | FileCheck %s --check-prefix=RIGHT
// RUN: not %gvlsan run -- rheap run %t.so 2>&1 | FileCheck %s
#include <ruby.h>
#include <ruby/thread.h>
#include <unistd.h>

struct buffer {
  char *bytes;
  int fds[2];
  char seen;
};

static void *store(void *data) {
  struct buffer *b = data;
  *(volatile char *)b->bytes = 'S';
  return NULL;
}

static void *receive(void *data) {
  struct buffer *b = data;
  if (read(b->fds[0], b->bytes, 1) != 1)
    abort();
  return NULL;
}

static void *look(void *data) {
  struct buffer *b = data;
  b->seen = *(volatile char *)b->bytes;
  if (write(b->fds[1], b->bytes, 1) != 1)
    abort();
  return NULL;
}

static void in_region(const char *what, void *(*function)(void *), int frozen) {
  VALUE string = rb_str_buf_new(2000);
  rb_str_cat_cstr(string, "bytes");
  if (frozen)
    rb_str_freeze(string);
  struct buffer b = {RSTRING_PTR(string), {0}, 0};
  if (pipe(b.fds) != 0 || write(b.fds[1], "K", 1) != 1)
    rb_sys_fail("pipe");
  rb_thread_call_without_gvl(function, &b, RUBY_UBF_IO, NULL);
  fprintf(stderr, "%s: %.5s\n", what, RSTRING_PTR(string));
  RB_GC_GUARD(string);
}

static VALUE right(VALUE self) {
  in_region("stored", store, 0);
  in_region("received", receive, 0);
  in_region("looked", look, 1);
  return Qnil;
}

static VALUE run(VALUE self) {
  in_region("stored", store, 1);
  in_region("received", receive, 1);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("right", right, 0);
  rb_define_global_function("run", run, 0);
}
// RIGHT-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RIGHT: stored: Sytes
// RIGHT-NEXT: received: Kytes
// RIGHT-NEXT: looked: bytes
// CHECK: ERROR: GvlSanitizer: R3:
// CHECK: #0 {{.*}} in store {{.*}}judge-frozen.c
// CHECK: stored: Sytes
// CHECK: ERROR: GvlSanitizer: R3:
// CHECK: #0 {{.*}} in receive {{.*}}judge-frozen.c
// CHECK: received: Kytes
