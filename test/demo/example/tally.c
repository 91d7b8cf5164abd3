/* A small extension as one might write it: Tally counts bytes, and releases the
 * GVL while it does. Two of its functions break a rule, two do the same right.
 */
#include <ruby.h>
#include <ruby/thread.h>
#include <string.h>

struct tally {
  VALUE string;
  const unsigned char *bytes;
  size_t length;
  unsigned char wanted;
  size_t count;
};

static void *count_in_region(void *data) {
  struct tally *tally = data;
  for (size_t i = 0; i < tally->length; i++)
    if (tally->bytes[i] == tally->wanted)
      tally->count++;
  return NULL;
}

/* Wrong: the string is opened after the lock was released. */
static void *open_and_count(void *data) {
  struct tally *tally = data;
  tally->bytes = (const unsigned char *)RSTRING_PTR(tally->string);
  tally->length = RSTRING_LEN(tally->string);
  return count_in_region(tally);
}

static VALUE tally_late(VALUE self, VALUE string, VALUE wanted) {
  struct tally tally = {StringValue(string), NULL, 0, NUM2CHR(wanted), 0};
  rb_thread_call_without_gvl(open_and_count, &tally, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(string);
  return SIZET2NUM(tally.count);
}

/* Wrong: the pointer was taken in time, but a short string's bytes lie in its
 * slot. */
static VALUE tally_short(VALUE self, VALUE string, VALUE wanted) {
  StringValue(string);
  struct tally tally = {string, (const unsigned char *)RSTRING_PTR(string),
                        RSTRING_LEN(string), NUM2CHR(wanted), 0};
  rb_thread_call_without_gvl(count_in_region, &tally, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(string);
  return SIZET2NUM(tally.count);
}

/* Right: what the region reads is a copy in C memory. */
static VALUE tally_copy(VALUE self, VALUE string, VALUE wanted) {
  StringValue(string);
  size_t length = RSTRING_LEN(string);
  unsigned char *copy = malloc(length ? length : 1);
  if (!copy)
    rb_memerror();
  memcpy(copy, RSTRING_PTR(string), length);
  struct tally tally = {Qnil, copy, length, NUM2CHR(wanted), 0};
  rb_thread_call_without_gvl(count_in_region, &tally, RUBY_UBF_IO, NULL);
  free(copy);
  return SIZET2NUM(tally.count);
}

/* Right: the lock is held throughout. */
static VALUE tally_locked(VALUE self, VALUE string, VALUE wanted) {
  StringValue(string);
  struct tally tally = {string, (const unsigned char *)RSTRING_PTR(string),
                        RSTRING_LEN(string), NUM2CHR(wanted), 0};
  count_in_region(&tally);
  RB_GC_GUARD(string);
  return SIZET2NUM(tally.count);
}

void Init_tally(void) {
  VALUE module = rb_define_module("Tally");
  rb_define_module_function(module, "late", tally_late, 2);
  rb_define_module_function(module, "short", tally_short, 2);
  rb_define_module_function(module, "copy", tally_copy, 2);
  rb_define_module_function(module, "locked", tally_locked, 2);
}
