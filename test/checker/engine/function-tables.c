// Intent: a region is found behind a table of functions and a variadic wrapper, with what was handed to it.
// RUN: not %check31 2>&1 | %filecheck
#include <ruby.h>
#include <ruby/thread.h>
#include <stdarg.h>

int library_compress(const char *from, char *to, int size);

static void *release(void *(*function)(va_list *), ...) {
  va_list list;
  va_start(list, function);
  void *result = rb_thread_call_without_gvl((void *(*)(void *))function, &list,
                                            RUBY_UBF_IO, NULL);
  va_end(list);
  return result;
}

static void *compress_in_region(va_list *list) {
  const char *from = va_arg(*list, const char *);
  char *to = va_arg(*list, char *);
  int size = va_arg(*list, int);
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: bytes of 'text'{{.*}}library_compress{{.*}}[R1.e]
  return (void *)(long)library_compress(from, to, size);
}

static int compress(const char *from, char *to, int size) {
  return (int)(long)release(compress_in_region, from, to, size);
}

struct methods {
  const char *name;
  int (*update)(const char *, char *, int);
};

static const struct methods fast = {"fast", compress};

struct encoder {
  const struct methods *methods;
};

VALUE run(VALUE self, VALUE text) {
  struct encoder *encoder = DATA_PTR(self);
  char to[64];
  int size = encoder->methods->update(RSTRING_PTR(text), to, RSTRING_LENINT(text));
  RB_GC_GUARD(text);
  return INT2FIX(size);
}

VALUE make(VALUE self) {
  struct encoder *encoder = ALLOC(struct encoder);
  encoder->methods = &fast;
  return Data_Wrap_Struct(rb_cObject, NULL, RUBY_DEFAULT_FREE, encoder);
}
// CHECK: 1 finding (1 warning) in 1 file; 1 region
