// Intent: a library calls, through a global, what the extension set it to.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>
#include <stdlib.h>

static void *with_libc(void *p, size_t size) {
  return realloc(p, size);
}
static void *(*allocate)(void *, size_t) = with_libc;
static void set_allocator(void *(*hook)(void *, size_t)) {
  allocate = hook;
}

static void (*report)(const char *);
static void set_report(void (*hook)(const char *)) {
  report = hook;
}

// Called with the lock alone.
static void (*finished)(VALUE);
static void on_finish(void (*hook)(VALUE)) {
  finished = hook;
}

static void *grow(void *p) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: xrealloc is called without the GVL{{.*}}[R1.api]
  p = allocate(p, 64);
  (*report)("grown");
  return p;
}

static void say(const char *text) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: rb_warn is called without the GVL{{.*}}[R1.api]
  rb_warn("%s", text);
}
static void say_nothing(const char *text) {
}
static void call(VALUE block) {
  rb_funcall(block, rb_intern("call"), 0);
}

static VALUE run(VALUE self, VALUE block) {
  rb_thread_call_without_gvl(grow, NULL, RUBY_UBF_IO, NULL);
  finished(block);
  return Qnil;
}

void Init_shapes(void) {
  set_allocator(xrealloc);
  set_report(say);
  set_report(say_nothing);
  on_finish(call);
  rb_define_global_function("run", run, 1);
}
// STATIC: exit: 1
