#include <dlfcn.h>
#include <pthread.h>
#include <ruby.h>
#include <ruby/thread_native.h>
#include <ruby/thread.h>

/* Exported, in no header. */
int ruby_thread_has_gvl_p(void);

/* Every kind of argument register, and words on the stack. */
static VALUE format(void) {
  return rb_sprintf("%d %g %s %g %d %d %d %d %g", 1, 0.5, "two", 2.5, 3, 4, 5,
                    6, 7.5);
}

static void *format_in_region(void *data) {
  VALUE *result = data;
  *result = format();
  return NULL;
}
static VALUE do_format(VALUE self) { return format(); }
static VALUE do_unlocked(VALUE self) {
  VALUE result = Qnil;
  rb_thread_call_without_gvl(format_in_region, &result, RUBY_UBF_IO, NULL);
  return result;
}

static void *with_lock(void *data) {
  return rb_thread_call_with_gvl(format_in_region, data);
}
static VALUE do_locked(VALUE self) {
  VALUE result = Qnil;
  rb_thread_call_without_gvl(with_lock, &result, RUBY_UBF_IO, NULL);
  return result;
}

/* What is documented as callable without the lock. */
static void *lockless(void *data) {
  char text[32];
  ruby_snprintf(text, sizeof(text), "%d", ruby_native_thread_p());
  rb_nativethread_lock_t lock;
  rb_nativethread_lock_initialize(&lock);
  rb_nativethread_lock_lock(&lock);
  rb_nativethread_lock_unlock(&lock);
  rb_nativethread_lock_destroy(&lock);
  rb_update_max_fd(2);
  return (void *)(uintptr_t)ruby_thread_has_gvl_p();
}
static VALUE do_lockless(VALUE self) {
  return INT2FIX((int)(uintptr_t)rb_thread_call_without_gvl(
      lockless, NULL, RUBY_UBF_IO, NULL));
}

static void *on_object(void *data) {
  VALUE *string = data;
  rb_str_set_len(*string, 2);
  return NULL;
}
static VALUE do_on_object(VALUE self, VALUE string) {
  rb_thread_call_without_gvl(on_object, &string, RUBY_UBF_IO, NULL);
  return string;
}

static void *number(void *data) {
  *(long *)data = (rb_num2long)(INT2FIX(21)) * 2;
  return NULL;
}
static VALUE do_foreign(VALUE self) {
  long result = 0;
  pthread_t thread;
  pthread_create(&thread, NULL, number, &result);
  pthread_join(thread, NULL);
  return LONG2FIX(result);
}

/* A library that is found where this one says, by its DT_RUNPATH. */
static VALUE do_load(VALUE self) {
  void *library = dlopen("libapi_second.so", RTLD_NOW);
  if (!library)
    rb_raise(rb_eLoadError, "%s", dlerror());
  long result = 0;
  rb_thread_call_without_gvl(
      (void *(*)(void *))dlsym(library, "second_number"), &result, RUBY_UBF_IO,
      NULL);
  return LONG2FIX(result);
}

#ifdef SECOND
void *second_number(void *data) {
  *(long *)data = (rb_num2long)(INT2FIX(4)) + 1;
  return NULL;
}
#endif

void Init_api(void) {
  VALUE m = rb_define_module("Api");
  rb_define_singleton_method(m, "format", do_format, 0);
  rb_define_singleton_method(m, "unlocked", do_unlocked, 0);
  rb_define_singleton_method(m, "locked", do_locked, 0);
  rb_define_singleton_method(m, "lockless", do_lockless, 0);
  rb_define_singleton_method(m, "on_object", do_on_object, 1);
  rb_define_singleton_method(m, "foreign", do_foreign, 0);
  rb_define_singleton_method(m, "load", do_load, 0);
  rb_define_singleton_method(m, "absent", rb_f_notimplement, -1);
}
