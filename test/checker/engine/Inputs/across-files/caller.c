#include "wrapper.h"
#include <ruby.h>

VALUE borrowed(VALUE self, VALUE text) {
  return INT2FIX(use_without_gvl(RSTRING_PTR(text)));
}

/* Right: this memory is the extension's own. */
VALUE own(VALUE self) {
  char bytes[8] = "bytes";
  return INT2FIX(use_without_gvl(bytes));
}

VALUE dropped(VALUE self) {
  VALUE buffer = rb_str_buf_new(8000);
  return INT2FIX(use_without_gvl(RSTRING_PTR(buffer)));
}

static void *region(void *data) { return (void *)RSTRING_LEN((VALUE)data); }

VALUE handed(VALUE self, VALUE text) {
  return (VALUE)run_without_gvl(region, (void *)text);
}
