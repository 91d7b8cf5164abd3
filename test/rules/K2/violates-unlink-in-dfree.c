// Intent: a path is read by the kernel as well, here in a helper of dfree.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: RSTRING_PTR reads the slot first (D1), at which Ruby's barrier moves the page's objects back
//   and opens it; violates-kept-pointer.c has what is left.
#include <ruby.h>
#include <unistd.h>

struct scratch {
  VALUE path;
};

static void mark(void *data) {
  struct scratch *scratch = data;
  rb_gc_mark(scratch->path);
}

static void discard(struct scratch *scratch) {
  // Violates K2: unlink(2) reads the path from the String's slot.
  unlink(RSTRING_PTR(scratch->path));
}

static void release(void *data) {
  discard(data);
  xfree(data);
}

static const rb_data_type_t scratch_type = {
    .wrap_struct_name = "scratch",
    .function = {.dmark = mark, .dfree = release},
    .flags = RUBY_TYPED_FREE_IMMEDIATELY,
};

static VALUE run(VALUE self) {
  struct scratch *scratch;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct scratch, &scratch_type, scratch);
  scratch->path = rb_str_new_cstr("/nonexistent/scratch");
  RB_GC_GUARD(object);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: violates-unlink-in-dfree.c:20:{{[0-9]+}}: error: 'unlink' hands an object's bytes to the kernel{{.*}}[K2]
// STATIC: note: 'discard' is run here
// STATIC: exit: 1

// HEAP: ERROR: GvlSanitizer: K2
