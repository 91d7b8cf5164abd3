// Intent: with explicit barriers, or userfaultfd, a compaction goes in steps; the program reads, makes and stores objects
//   between them and finds everything. Other designs say that they cannot.
// REQUIRES: runtime_heap
// RUN: %cc -shared -fPIC -O1 -g %heap_cflags %s -o %t.so
// RUN: env RHEAP_BARRIER=explicit rheap run %t.so | FileCheck %s
// RUN: not rheap run %t.so 2>&1 | FileCheck %s --check-prefix=OTHER
#include <rheap/internal.h>
#include <ruby.h>

enum { objects = 20000 };

__attribute__((noinline)) static VALUE make(void) {
  VALUE kept = rb_ary_new();
  for (long i = 0; i < objects; i++) {
    rb_ary_push(kept, rb_sprintf("%ld", i));
    rb_str_new_cstr("dropped");
  }
  return kept;
}

static VALUE run(VALUE self) {
  VALUE kept = make(), made = rb_ary_new();
  size_t moved = rb_gc_stat(ID2SYM(rb_intern("moved_objects")));
  long steps = 0;
  while (!rheap_compact_step(200)) {
    long i = ++steps * 97 % objects;
    VALUE old = RARRAY_AREF(kept, i);
    rb_ary_push(made, old);
    rb_ary_push(made, rb_sprintf("%ld", i));
    rb_ary_store(kept, i, rb_str_dup(old));
  }
  moved = rb_gc_stat(ID2SYM(rb_intern("moved_objects"))) - moved;
  printf("many steps: %d, moved many: %d\n", steps > 40, moved > objects / 8);
  for (long i = 0; i < objects; i++)
    if (atol(RSTRING_PTR(RARRAY_AREF(kept, i))) != i)
      rb_bug("object %ld is wrong", i);
  for (long i = 0; i < RARRAY_LEN(made); i += 2)
    if (!RTEST(rb_str_equal(RARRAY_AREF(made, i), RARRAY_AREF(made, i + 1))))
      rb_bug("what was stored in step %ld is wrong", i / 2);
  rb_gc();
  printf("right\n");
  return Qnil;
}

void Init_example(void) { rb_define_global_function("run", run, 0); }
// CHECK: many steps: 1, moved many: 1
// CHECK-NEXT: right
// OTHER: NotImplementedError: a compaction in steps needs RHEAP_BARRIER=explicit or uffd
