// Intent: a dfree that runs in the sweep looks into a String that may be gone by then.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>

struct log {
  VALUE name;
  size_t released;
};

static void mark(void *data) {
  struct log *log = data;
  rb_gc_mark(log->name);
}

static void count(struct log *log) {
  // Violates D1: the String may have been freed, or moved, before its owner.
  log->released += RSTRING_LEN(log->name);
}

static void release(void *data) {
  count(data);
  xfree(data);
}

static const rb_data_type_t log_type = {"log", {mark, release, NULL}, NULL, NULL, RUBY_TYPED_FREE_IMMEDIATELY};

static VALUE log_new(void) {
  struct log *log;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct log, &log_type, log);
  log->name = rb_str_new_cstr("name");
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
  RB_GC_GUARD(strings);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: violates-string-of-a-field.c:19:{{[0-9]+}}: error: 'RSTRING_LEN' looks into another object in a dfree{{.*}}[D1]
// STATIC: note: 'release' is a dfree that runs in the sweep
// STATIC: note: 'count' is run here
// STATIC: exit: 1

// HEAP: ERROR: GvlSanitizer: D1
// HEAP-NEXT: READ of size 8 at {{.*}} (user mode, by RSTRING_LEN)
// HEAP: exit: 66

// RUBY: ERROR: GvlSanitizer: D1: dfree looks into another object
// RUBY-NEXT: READ of size 8 at {{.*}} (user mode) by thread T0 {{.*}}, which holds the GVL
// RUBY: in release
// RUBY: exit: 66
