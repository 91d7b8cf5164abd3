// Intent: a dfree with RUBY_TYPED_FREE_IMMEDIATELY runs between two steps of a compaction. It holds
//   the lock; yet an object it refers to has moved. A load is healed by the mprotect barrier, a
//   write(2) is not: EFAULT, with one thread and without any race (points 4 and 6 of Bug #20169).
// REQUIRES: runtime_heap
// RUN: %cc -shared -fPIC -O1 -g %heap_cflags %s -o %t.so
// RUN: env RHEAP_BARRIER=mprotect rheap run %t.so --method load | FileCheck %s --check-prefix=LOAD
// RUN: env RHEAP_BARRIER=mprotect rheap run %t.so --method kernel | FileCheck %s --check-prefix=KERNEL
// RUN: env RHEAP_BARRIER=none rheap run %t.so --method load | FileCheck %s --check-prefix=NONE
// LOAD: read: object, moves undone: yes
// KERNEL: write: Bad address, moves undone: no
// NONE: read: something else, moves undone: no
#include <rheap/internal.h>
#include <ruby.h>

enum { objects = 60000 };

struct holder {
  VALUE string;
};

static int use_kernel;
static char result[64];

static void holder_free(void *data) {
  struct holder *holder = data;
  /* The first one that meets an object that has moved decides. */
  if (result[0] || rb_gc_location(holder->string) == holder->string) {
    xfree(data);
    return;
  }
  if (use_kernel) {
    static char none[1];
    int fds[2];
    if (pipe(fds) != 0)
      abort();
    /* The slot's own bytes, whose place is known without looking. */
    char *bytes = RSTRING(holder->string)->as.embed.ary;
    ssize_t n = write(fds[1], bytes, 6);
    snprintf(result, sizeof(result), "write: %s",
             n < 0 ? strerror(errno) : none);
    close(fds[0]);
    close(fds[1]);
  } else {
    struct RString *string = RSTRING(holder->string);
    int same = (string->basic.flags & T_MASK) == T_STRING &&
               memcmp(string->as.embed.ary, "object", 6) == 0;
    snprintf(result, sizeof(result), "read: %s", same ? "object" : "something else");
  }
  xfree(data);
}

static const rb_data_type_t holder_type = {
    "holder", {NULL, holder_free, NULL}, NULL, NULL, RUBY_TYPED_FREE_IMMEDIATELY};

/* Holes at the front, with dead holders of the last objects among them. */
__attribute__((noinline)) static VALUE make(void) {
  struct holder *holders[8];
  VALUE kept = rb_ary_new();
  rb_gc_disable();
  for (long i = 0; i < objects; i++) {
    VALUE string = rb_sprintf("object %ld", i);
    if (i % 2)
      rb_ary_push(kept, string);
    if (i >= objects / 5 && i < objects / 5 + 8)
      TypedData_Make_Struct(rb_cObject, struct holder, &holder_type,
                            holders[i - objects / 5]);
  }
  for (int i = 0; i < 8; i++)
    holders[i]->string = RARRAY_AREF(kept, RARRAY_LEN(kept) - 1 - 800 * i);
  rb_gc_enable();
  return kept;
}

static VALUE test(int kernel) {
  use_kernel = kernel;
  VALUE kept = make();
  size_t healed = rheap_barrier_heal_count();
  rheap_compact();
  printf("%s, moves undone: %s\n", result,
         rheap_barrier_heal_count() > healed ? "yes" : "no");
  for (long i = 0; i < RARRAY_LEN(kept); i++) {
    VALUE string = RARRAY_AREF(kept, i);
    if (strtol(RSTRING_PTR(string) + 7, NULL, 10) != 2 * i + 1)
      rb_bug("object %ld is wrong", i);
  }
  return Qnil;
}

static VALUE load(VALUE self) { return test(0); }
static VALUE kernel(VALUE self) { return test(1); }

void Init_example(void) {
  rb_define_global_function("load", load, 0);
  rb_define_global_function("kernel", kernel, 0);
}
