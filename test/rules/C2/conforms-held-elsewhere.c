// Intent: objects in C memory that something else holds as well: a local that is used later, an Array,
//   and the object whose struct the memory is.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
// RUN_ENV: RHEAP_GC_STRESS=1
#include <ruby.h>
#include <stdio.h>
#include <stdlib.h>

struct pair {
  VALUE first, second;
};

static void mark(void *data) {
  struct pair *pair = data;
  rb_gc_mark(pair->first);
  rb_gc_mark(pair->second);
}

static const rb_data_type_t pair_type = {"pair", {mark, RUBY_DEFAULT_FREE, NULL}, NULL, NULL, 0};

static VALUE run(VALUE self) {
  struct pair *loose = malloc(sizeof(struct pair));
  VALUE kept = rb_ary_new(), local = rb_sprintf("%s", "local");
  loose->first = local;
  loose->second = rb_sprintf("%s", "pushed");
  rb_ary_push(kept, loose->second);

  struct pair *marked;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct pair, &pair_type, marked);
  marked->first = rb_sprintf("%s", "marked");
  marked->second = rb_sprintf("%s", "too");
  // Conforms: each of them is held by something that the collector sees.
  printf("%s %s %s %s %ld\n", RSTRING_PTR(loose->first), RSTRING_PTR(loose->second),
         RSTRING_PTR(marked->first), RSTRING_PTR(marked->second), RARRAY_LEN(kept));
  fflush(stdout);
  free(loose);
  RB_GC_GUARD(local);
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
// HEAP: local pushed marked too 1
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: local pushed marked too 1
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
