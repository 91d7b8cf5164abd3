// Intent: a helper returns a pointer into a String that only its own local held; the next collection
//   frees the bytes under the caller.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: the runtime does not track the owners of external buffers.
#include <ruby.h>
#include <string.h>

__attribute__((noinline)) static char *padded(VALUE text) {
  VALUE copy = rb_str_new(NULL, 5000);
  memset(RSTRING_PTR(copy), ' ', 5000);
  memcpy(RSTRING_PTR(copy), RSTRING_PTR(text), RSTRING_LEN(text));
  return RSTRING_PTR(copy);
}

__attribute__((noinline)) static void clear_stack(void) {
  volatile char frames[16384];
  for (unsigned i = 0; i < sizeof(frames); i++)
    frames[i] = 0;
}

static VALUE run(VALUE self) {
  char *line = padded(rb_str_new_cstr("abc"));
  clear_stack();
  rb_gc_start();
  // Violates G1: nothing has kept the String since padded returned.
  return line[0] == 'a' ? Qtrue : Qfalse;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: violates-pointer-of-dead-string.c:27:10: error: a pointer into the object from 'padded(
// STATIC-SAME: is used after rb_gc_start, which may run the collector; nothing keeps the object by then [G1]
// STATIC: 23:16: note: the owner is made here
// STATIC: 25:3: note: the collector may run in this call
// STATIC: 27:10: note: the pointer is used here
// STATIC: 1 finding (1 error)
// HEAP: GvlSanitizer: G1
// HEAP: READ of size 1
// HEAP: in run
// HEAP: exit: 66
