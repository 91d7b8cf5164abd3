// Intent: a dfree that runs in the sweep writes a String's bytes: their page may be protected.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: RSTRING_PTR reads the slot first (D1), at which Ruby's barrier moves the page's objects back
//   and opens it; violates-kept-pointer.c has what is left.
#include <ruby.h>
#include <unistd.h>

struct journal {
  int fd;
  VALUE last;
};

static void mark(void *data) {
  struct journal *journal = data;
  rb_gc_mark(journal->last);
}

static void release(void *data) {
  struct journal *journal = data;
  const char *bytes = RSTRING_PTR(journal->last);
  // Violates K2: the kernel does not run Ruby's fault handler.
  write(journal->fd, bytes, 4);
  xfree(journal);
}

static const rb_data_type_t journal_type = {"journal", {mark, release, NULL}, NULL, NULL, RUBY_TYPED_FREE_IMMEDIATELY};

static VALUE run(VALUE self) {
  struct journal *journal;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct journal, &journal_type, journal);
  journal->fd = 1;
  journal->last = rb_str_new_cstr("last");
  RB_GC_GUARD(object);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: violates-write-in-dfree.c:21:{{[0-9]+}}: error: {{.*}}[D1]
// STATIC: violates-write-in-dfree.c:23:{{[0-9]+}}: error: 'write' hands an object's bytes to the kernel{{.*}}[K2]
// STATIC: note: the bytes are taken here
// STATIC: exit: 1

// HEAP: ERROR: GvlSanitizer: K2
