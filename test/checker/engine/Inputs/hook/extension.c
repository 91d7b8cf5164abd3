#include <ruby.h>
void lib_set_allocator(void *(*hook)(void *, size_t));
void lib_set_log(void (*hook)(const char *));
void lib_poll(void);

static void log_it(const char *line) {
  rb_warn("%s", line);
}
static VALUE run(VALUE self) {
  lib_poll();
  return Qnil;
}
void Init_hook(void) {
  // CHECK: extension.c:[[@LINE+2]]:{{[0-9]+}}: error: xrealloc is called without the GVL{{.*}}[R1.api]
  // CHECK: extension.c:[[@LINE+1]]:{{[0-9]+}}: note: what is handed over here is called without the GVL
  lib_set_allocator(xrealloc);
  lib_set_log(log_it);
  rb_define_global_function("run", run, 0);
}
