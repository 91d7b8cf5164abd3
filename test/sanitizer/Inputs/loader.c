/* An extension that loads a library by RTLD_DEEPBIND, which then looks for its
 * functions among its own dependencies first, and one that asks dlsym for a
 * function of the VM. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <ruby.h>
#include <ruby/thread.h>
#include <string.h>

static VALUE deep(VALUE self, VALUE path, VALUE init) {
  void *library = dlopen(StringValueCStr(path), RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
  if (!library)
    rb_raise(rb_eLoadError, "%s", dlerror());
  ((void (*)(void))dlsym(library, StringValueCStr(init)))();
  return Qnil;
}

static void *call(void *function) {
  return (void *)((long (*)(VALUE))function)(INT2FIX(21));
}

/* By a handle, by the global scope, and after the caller (a jump). */
static VALUE by_name(VALUE self) {
  void *functions[] = {dlsym(RTLD_DEFAULT, "rb_num2long"), dlsym(dlopen(NULL, RTLD_NOW), "rb_num2long"),
                       dlsym(RTLD_NEXT, "strtol")};
  long sum = 0;
  for (int i = 0; i < 2; i++)
    sum += (long)rb_thread_call_without_gvl(call, functions[i], NULL, NULL);
  sum += ((long (*)(const char *, char **, int))functions[2])("8", NULL, 10);
  return LONG2FIX(sum + (dlsym(RTLD_DEFAULT, "no_such_symbol") != NULL));
}

/* The function that the others of its kind call. */
static void *touch(void *bytes) { return (void *)(long)*(volatile char *)bytes; }
static VALUE direct(VALUE self, VALUE string) {
  return LONG2FIX((long)rb_nogvl(touch, RSTRING_PTR(string), NULL, NULL, 0));
}

void Init_loader(void) {
  rb_define_global_function("direct", direct, 1);
  rb_define_global_function("deep", deep, 2);
  rb_define_global_function("by_name", by_name, 0);
}
