// Intent: a dfree that runs in the sweep uses C memory only, and compares VALUEs without following them.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <stdio.h>

struct log {
  VALUE name;
  char *copy;
};

static size_t named;

static void mark(void *data) {
  struct log *log = data;
  rb_gc_mark(log->name);
}

static void release(void *data) {
  struct log *log = data;
  // Conforms: no object is looked into.
  if (!NIL_P(log->name))
    ++named;
  xfree(log->copy);
  xfree(log);
}

static const rb_data_type_t log_type = {"log", {mark, release, NULL}, NULL, NULL, RUBY_TYPED_FREE_IMMEDIATELY};

static VALUE run(VALUE self) {
  struct log *log;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct log, &log_type, log);
  log->name = rb_str_new_cstr("name");
  log->copy = ALLOC_N(char, 16);
  printf("length: %ld\n", RSTRING_LEN(log->name));
  fflush(stdout);
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
// HEAP: length: 4
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: length: 4
// RUBY: exit: 0
