// Intent: movable and updated, or pinned: both are right.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <stdio.h>

struct entry {
  VALUE name;
  VALUE value;
};

static void mark(void *data) {
  struct entry *entry = data;
  // Conforms: what may move is updated below, what is not updated is pinned.
  rb_gc_mark_movable(entry->name);
  rb_gc_mark(entry->value);
}

static void compact(void *data) {
  struct entry *entry = data;
  entry->name = rb_gc_location(entry->name);
}

static const rb_data_type_t entry_type = {
    .wrap_struct_name = "entry",
    .function = {.dmark = mark, .dfree = RUBY_DEFAULT_FREE, .dcompact = compact},
};

static VALUE run(VALUE self) {
  struct entry *entry;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct entry, &entry_type, entry);
  entry->name = rb_str_new_cstr("name");
  entry->value = rb_str_new_cstr("value");
  rb_funcall(rb_mGC, rb_intern("compact"), 0);
  printf("length: %ld\n", RSTRING_LEN(rb_str_plus(entry->name, entry->value)));
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
// HEAP: length: 9
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: length: 9
// RUBY: exit: 0
