// Intent: whether bytes may be embedded depends on what is known of the size, and on the Ruby that is asked for.
// RUN: not %check31 2>&1 | FileCheck %s --check-prefixes=CHECK,ALL
// RUN: not %gvlsan check --ruby=3.1 %s -- %ruby_cflags 2>&1 | FileCheck %s --check-prefixes=CHECK,OLD
// RUN: not %gvlsan check --ruby=3.3 %s -- %ruby_cflags 2>&1 | FileCheck %s --check-prefixes=CHECK,NEW
#include <ruby.h>
#include <ruby/thread.h>

static void *touch(void *bytes) {
  ((char *)bytes)[0] = 1;
  return NULL;
}
static void *touch_middling(void *bytes) {
  ((char *)bytes)[0] = 1;
  return NULL;
}
static void *touch_tested(void *bytes) {
  ((char *)bytes)[0] = 1;
  return NULL;
}

// CHECK: :9:{{[0-9]+}}: error: bytes of the String {{.*}}which are embedded
// ALL: :13:{{[0-9]+}}: warning: bytes of the String {{.*}}which may be embedded
// OLD-NOT: :13:
// NEW: :13:{{[0-9]+}}: error: bytes of the String {{.*}}which are embedded
// OLD-NOT: :17:
// ALL: :17:{{[0-9]+}}: warning: bytes of 'text' are used without the GVL; {{.*}}[R2.r]
// NEW: :17:{{[0-9]+}}: warning: bytes of 'text' are used without the GVL; {{.*}}[R2.r]
VALUE small(VALUE self) {
  VALUE buffer = rb_str_buf_new(8);
  rb_thread_call_without_gvl(touch, RSTRING_PTR(buffer), RUBY_UBF_IO, NULL);
  return buffer;
}

VALUE middling(VALUE self) {
  VALUE buffer = rb_str_buf_new(200);
  rb_thread_call_without_gvl(touch_middling, RSTRING_PTR(buffer), RUBY_UBF_IO, NULL);
  return buffer;
}

// Conforms to R1.e: the flag says that the bytes lie elsewhere. They may come
// back into a slot from Ruby 3.2 on.
VALUE tested(VALUE self, VALUE text) {
  if (RB_FL_TEST(text, RSTRING_NOEMBED))
    rb_thread_call_without_gvl(touch_tested, RSTRING_PTR(text), RUBY_UBF_IO, NULL);
  return text;
}
