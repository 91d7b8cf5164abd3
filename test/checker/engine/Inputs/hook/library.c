/* A library that knows of nothing but a flag to leave the lock. */
#include <ruby/thread.h>
#include <stdlib.h>

static void *libc_realloc(void *p, size_t size) {
  return realloc(p, size);
}
static void *(*allocate)(void *, size_t) = libc_realloc;
static void (*log_line)(const char *);

void lib_set_allocator(void *(*hook)(void *, size_t)) {
  allocate = hook;
}
void lib_set_log(void (*hook)(const char *)) {
  log_line = hook;
}
static void *poll_events(void *p) {
  return allocate(p, 64);
}
void lib_poll(void) {
  rb_thread_call_without_gvl(poll_events, NULL, RUBY_UBF_IO, NULL);
  log_line("polled");
}
