// Intent: a static that holds a new String is no root by itself.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: stock Ruby frees the object and gives its slot away: the symptom is wrong bytes.
// RUN_ENV: RHEAP_GC_STRESS=1
#include <ruby.h>

static VALUE separator;

static VALUE run(VALUE self) {
  return rb_str_plus(separator, separator);
}

void Init_example(void) {
  // Violates H2: nothing marks the String, so the first collection frees it.
  separator = rb_str_new_cstr(", ");
  rb_define_global_function("run", run, 0);
}

// STATIC: violates-never-registered.c:[[#@LINE-4]]:{{[0-9]+}}: error: 'separator' holds a new object, and nothing registers the global{{.*}}[H2]
// STATIC: note: the global 'separator' is no root
// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: H2: 
// HEAP: SUMMARY: GvlSanitizer: H2 {{.*}} in Init_example
// HEAP: ERROR: GvlSanitizer: C2: 
// HEAP: CALL of rb_str_plus
// HEAP: exit: -6
