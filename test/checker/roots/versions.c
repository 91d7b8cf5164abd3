// Intent: until Ruby 3.3 the call that registers an address can itself free what is there (Bug #19584).
// RUN: not %gvlsan check %s -- %ruby_cflags 2>&1 | FileCheck %s --check-prefix=OLD
// RUN: not %gvlsan check --ruby=3.1 %s -- %ruby_cflags 2>&1 | FileCheck %s --check-prefix=OLD
// RUN: %gvlsan check --ruby=3.3 %s -- %ruby_cflags 2>&1 | FileCheck %s --check-prefix=NEW
#include <ruby.h>

static VALUE late, pinned;

static VALUE both(VALUE self) {
  return rb_str_plus(late, pinned);
}

void Init_versions(void) {
  // OLD: :[[@LINE+1]]:{{[0-9]+}}: warning: 'late' holds a new object before it is registered{{.*}}Bug #19584{{.*}}[H2]
  late = rb_str_new_cstr("a");
  rb_gc_register_address(&late);
  // The object itself is handed over: the call keeps it.
  pinned = rb_str_new_cstr("b");
  rb_gc_register_mark_object(pinned);
  rb_define_global_function("both", both, 0);
}
// OLD: 1 finding {{.*}}in 1 file
// NEW: 0 findings in 1 file
