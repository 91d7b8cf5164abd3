// Intent: what compaction leaves out of date is said at once: a dcompact that forgets a movable reference
//   (C1), a C global that no one registered (H2), and the use of a stale address (C2). What is updated,
//   pinned or registered is right.
// REQUIRES: runtime_heap, sanitizer
// RUN: %cc -shared -fPIC -O1 -g %heap_cflags %s -o %t.so
// RUN: %gvlsan run -- rheap run %t.so --method right 2>&1 | FileCheck %s --check-prefix=RIGHT
// RUN: not %gvlsan run -- rheap run %t.so --method dcompact 2>&1 | FileCheck %s --check-prefix=DCOMPACT
// RUN: not %gvlsan run -- rheap run %t.so --method global 2>&1 | FileCheck %s --check-prefix=GLOBAL
// RUN: not %gvlsan run -- rheap run %t.so --method freed_global 2>&1 | FileCheck %s --check-prefix=FREED
// RUN: not %gvlsan run -- rheap run %t.so --method stale 2>&1 | FileCheck %s --check-prefix=STALE
#include <rheap/internal.h>
#include <ruby.h>

enum { objects = 8000 };

struct pair {
  VALUE updated, forgotten;
};

static void pair_mark(void *data) {
  struct pair *pair = data;
  rb_gc_mark_movable(pair->updated);
  rb_gc_mark_movable(pair->forgotten);
}

static void pair_compact(void *data) {
  struct pair *pair = data;
  pair->updated = rb_gc_location(pair->updated);
}

static void pair_compact_all(void *data) {
  pair_compact(data);
  struct pair *pair = data;
  pair->forgotten = rb_gc_location(pair->forgotten);
}

static const rb_data_type_t careless = {
    "careless pair", {pair_mark, RUBY_DEFAULT_FREE, NULL, pair_compact, {NULL}}, NULL, NULL, 0};
static const rb_data_type_t careful = {
    "careful pair", {pair_mark, RUBY_DEFAULT_FREE, NULL, pair_compact_all, {NULL}}, NULL, NULL, 0};

static VALUE registered = Qnil, unregistered = Qnil;

/* Live, at the heap's end, with holes in front of them, and named by no stack. */
__attribute__((noinline)) static VALUE make(VALUE *a, VALUE *b) {
  VALUE kept = rb_ary_new();
  rb_gc_disable();
  for (int i = 0; i < objects; i++) {
    VALUE string = rb_str_new_cstr("a string");
    if (i % 2 || i >= objects - 2)
      rb_ary_push(kept, string);
  }
  *a = RARRAY_AREF(kept, RARRAY_LEN(kept) - 1);
  *b = RARRAY_AREF(kept, RARRAY_LEN(kept) - 2);
  for (int i = 0; i < 2000; i++)
    rb_ary_push(kept, rb_str_new_cstr("another"));
  rb_gc_enable();
  return kept;
}

static VALUE with_pair(const rb_data_type_t *type) {
  struct pair *pair;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct pair, type, pair);
  pair->updated = pair->forgotten = Qnil;
  VALUE kept = make(&pair->updated, &pair->forgotten);
  registered = RARRAY_AREF(kept, 1);
  size_t moved = rheap_compact();
  printf("moved some: %d, right: %d\n", moved > 1000,
         pair->updated == RARRAY_AREF(kept, objects / 2));
  rheap_compact();
  RB_GC_GUARD(object);
  return Qnil;
}

static VALUE right(VALUE self) { return with_pair(&careful); }
static VALUE dcompact(VALUE self) { return with_pair(&careless); }

static VALUE global(VALUE self) {
  VALUE other = Qnil, kept = make(&unregistered, &other);
  rheap_compact();
  RB_GC_GUARD(kept);
  return Qnil;
}

__attribute__((noinline)) static void forget(void) { unregistered = rb_str_new_cstr("lost"); }

static VALUE freed_global(VALUE self) {
  forget();
  rb_str_new_cstr("what the stack still holds");
  rb_gc();
  return Qnil;
}

static VALUE stale(VALUE self) {
  VALUE *hidden = malloc(2 * sizeof(VALUE));
  VALUE kept = make(&hidden[0], &hidden[1]);
  rheap_compact();
  printf("%ld\n", RSTRING_LEN(hidden[0]));
  rb_str_cat_cstr(hidden[1], "!");
  RB_GC_GUARD(kept);
  return Qnil;
}

void Init_example(void) {
  rb_gc_register_address(&registered);
  rb_define_global_function("right", right, 0);
  rb_define_global_function("dcompact", dcompact, 0);
  rb_define_global_function("global", global, 0);
  rb_define_global_function("freed_global", freed_global, 0);
  rb_define_global_function("stale", stale, 0);
}
// RIGHT-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RIGHT: moved some: 1, right: 1
// RIGHT-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// DCOMPACT: ERROR: GvlSanitizer: C1:
// DCOMPACT-NEXT: by careless pair
// DCOMPACT-NEXT: #0 {{.*}} in pair_compact
// DCOMPACT: moved some: 1, right: 1
// GLOBAL: ERROR: GvlSanitizer: H2:
// GLOBAL: the global at judge-references.c.tmp.so+0x
// GLOBAL: in global {{.*}}judge-references.c
// FREED: ERROR: GvlSanitizer: H2:
// FREED: in freed_global {{.*}}judge-references.c
// STALE: ERROR: GvlSanitizer: C2:
// STALE: RSTRING_LEN
// STALE: in stale
// STALE: ERROR: GvlSanitizer: C2:
// STALE: rb_str_cat
// STALE: 8
