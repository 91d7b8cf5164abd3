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

static VALUE log_new(void) {
  struct log *log;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct log, &log_type, log);
  log->name = rb_str_new_cstr("name");
  log->copy = ALLOC_N(char, 16);
  return object;
}

// Compaction fills the slots of what has died with what lies behind it: here with Strings.
static VALUE run(VALUE self) {
  VALUE logs = rb_ary_new(), strings = rb_ary_new();
  for (int i = 0; i < 1000; ++i)
    rb_ary_push(logs, log_new());
  for (int i = 0; i < 10000; ++i)
    rb_ary_push(strings, rb_str_new_cstr("string"));
  rb_ary_clear(logs);
  rb_funcall(rb_mGC, rb_intern("compact"), 0);
  printf("released: %s\n", named > 500 ? "most" : "few");
  fflush(stdout);
  RB_GC_GUARD(strings);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC-NOT: {{error|warning}}:
// STATIC: 0 findings in 1 file
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: released: most
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: released: most
// RUBY: exit: 0
