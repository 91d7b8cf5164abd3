// Intent: the I/O is done by a method while the object lives; dfree only frees.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <stdio.h>
#include <unistd.h>

struct scratch {
  VALUE path;
};

static void mark(void *data) {
  struct scratch *scratch = data;
  rb_gc_mark(scratch->path);
}

static void discard(struct scratch *scratch, int in_sweep) {
  // Conforms: not taken when dfree calls.
  if (!in_sweep)
    printf("unlink: %d\n", unlink(RSTRING_PTR(scratch->path)));
  fflush(stdout);
}

static void release(void *data) {
  discard(data, 1);
  xfree(data);
}

static const rb_data_type_t scratch_type = {"scratch", {mark, release, NULL}, NULL, NULL, RUBY_TYPED_FREE_IMMEDIATELY};

static VALUE run(VALUE self) {
  struct scratch *scratch;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct scratch, &scratch_type, scratch);
  scratch->path = rb_str_new_cstr("/nonexistent/scratch");
  discard(scratch, 0);
  RB_GC_GUARD(object);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC-NOT: {{error|warning}}:
// STATIC: 0 findings in 1 file
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: unlink: -1
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: unlink: -1
// RUBY: exit: 0
