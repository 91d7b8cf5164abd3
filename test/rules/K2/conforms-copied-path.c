// Intent: a dfree that runs in the sweep hands the kernel a copy in C memory.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct scratch {
  char path[64];
};

static void release(void *data) {
  struct scratch *scratch = data;
  // Conforms: the path is in C memory.
  if (scratch->path[0])
    unlink(scratch->path);
  xfree(scratch);
}

static const rb_data_type_t scratch_type = {"scratch", {NULL, release, NULL}, NULL, NULL, RUBY_TYPED_FREE_IMMEDIATELY};

static VALUE run(VALUE self) {
  struct scratch *scratch;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct scratch, &scratch_type, scratch);
  VALUE path = rb_str_new_cstr("/nonexistent/scratch");
  strncpy(scratch->path, RSTRING_PTR(path), sizeof(scratch->path) - 1);
  printf("length: %zu\n", strlen(scratch->path));
  fflush(stdout);
  RB_GC_GUARD(path);
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
// HEAP: length: 20
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: length: 20
// RUBY: exit: 0
