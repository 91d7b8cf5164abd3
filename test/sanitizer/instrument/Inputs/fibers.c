/* A region whose callback takes the lock again and yields to a block, which may
 * switch to another fiber of the thread; and functions to touch a byte with. */
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>

__attribute__((noinline)) static void touch(const char *where, const char *bytes) {
  printf("%s: %d\n", where, *(volatile const char *)bytes);
  fflush(stdout);
}

static void *yield(void *unused) { return (void *)rb_yield(Qnil); }
static void *region(void *bytes) {
  rb_thread_call_with_gvl(yield, NULL);
  touch("in the region", bytes);
  return NULL;
}

static VALUE in_region(VALUE self, VALUE string) {
  rb_thread_call_without_gvl(region, RSTRING_PTR(string), NULL, NULL);
  touch("after it", RSTRING_PTR(string));
  return string;
}
static VALUE with_lock(VALUE self, VALUE string) {
  touch("with the lock", RSTRING_PTR(string));
  return string;
}

void Init_fibers(void) {
  rb_define_global_function("in_region", in_region, 1);
  rb_define_global_function("with_lock", with_lock, 1);
}
