#include <ruby.h>
#include <ruby/thread.h>

/* Takes the lock in a way that nobody can follow. */
static void collects(void *lock) { if (lock) rb_gc_start(); }
static void *region(void *data) { collects(data); return NULL; }
VALUE run(VALUE self) { return (VALUE)rb_thread_call_without_gvl(region, &self, NULL, NULL); }
