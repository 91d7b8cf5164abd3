// Intent: StringValueCStr of what is known to be a String makes no other object; of anything else it may.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>

// An extension's last error: the text is kept in a class variable.
static char *noted(VALUE klass, const char *text) {
  VALUE message = rb_str_new_cstr("INTERN ");
  message = rb_str_cat_cstr(message, text);
  rb_cvar_set(klass, rb_intern("@@error"), rb_ary_new_from_args(1, message));
  return StringValueCStr(message);
}

VALUE raise_noted(VALUE self) {
  rb_raise(rb_eArgError, "%s", noted(self, "stale"));
}

// Nothing keeps the String.
static char *unnoted(const char *text) {
  VALUE message = rb_str_new_cstr("INTERN ");
  message = rb_str_cat_cstr(message, text);
  return StringValueCStr(message);
}

VALUE raise_unnoted(VALUE self) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: a pointer into the object from 'unnoted("stale")'{{.*}}[G1]
  rb_raise(rb_eArgError, "%s", unnoted("stale"));
}

// What the variable keeps is not what is converted.
static char *converted(VALUE klass, VALUE any) {
  VALUE message = rb_ivar_get(klass, rb_intern("@text"));
  if (RTEST(any))
    message = any;
  return StringValueCStr(message);
}

VALUE raise_converted(VALUE self, VALUE any) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: a pointer into the object from 'converted(self, any)'{{.*}}[G1]
  rb_raise(rb_eArgError, "%s", converted(self, any));
}

// The table keeps the texts.
static char *text_of(VALUE table, VALUE code) {
  VALUE text = rb_hash_aref(table, code);
  return NIL_P(text) ? "unknown" : StringValueCStr(text);
}

VALUE raise_text(VALUE self, VALUE code) {
  rb_raise(rb_eArgError, "%s", text_of(rb_ivar_get(self, rb_intern("@texts")), code));
}

// An argument may be anything.
static char *first(int argc, VALUE *argv) {
  VALUE text = argv[0];
  return StringValueCStr(text);
}

VALUE raise_first(int argc, VALUE *argv, VALUE self) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: a pointer into the object from 'first(argc, argv)'{{.*}}[G1]
  rb_raise(rb_eArgError, "%s", first(argc, argv));
}
// STATIC: exit: 1
