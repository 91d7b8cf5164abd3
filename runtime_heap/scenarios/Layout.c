/* Layout.c - A heap in which the neighbours of an object will move
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#include "Scenarios.h"

enum { front = 40000, around = 6000, two_pages = 3300 };

static void keep(struct layout *layout, long n) {
  for (long i = 0; i < n; i++) {
    long number = RARRAY_LEN(layout->kept);
    rb_ary_push(layout->kept, rb_sprintf("kept %ld", number));
  }
}

__attribute__((noinline)) static void make_holes(struct layout *layout) {
  for (long i = 0; i < front; i++) {
    keep(layout, 1);
    rb_str_new_cstr("dropped");
  }
}

void layout_begin(struct layout *layout) {
  rb_gc_disable();
  layout->kept = rb_ary_new();
  make_holes(layout);
  keep(layout, around);
}

void layout_continue(struct layout *layout) { keep(layout, two_pages); }

void layout_end(struct layout *layout) {
  keep(layout, around);
  rb_gc_enable();
  layout->healed_before = rheap_barrier_heal_count();
}

void layout_check(struct layout *layout) {
  for (long i = 0; i < RARRAY_LEN(layout->kept); i++) {
    VALUE string = RARRAY_AREF(layout->kept, i);
    if (RSTRING_LEN(string) < 6 ||
        strtol(RSTRING_PTR(string) + 5, NULL, 10) != i)
      rb_bug("object %ld is wrong", i);
  }
}
