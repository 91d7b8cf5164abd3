// Intent: code that runs both with the lock and without it, and keeps a flag of its own that says which,
// is right; what only looks like that is not.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
// RUN: not %gvlsan check --profile=strict %s -- %ruby_cflags | FileCheck %s --check-prefix=STRICT
#include <ruby.h>
#include <ruby/thread.h>

extern int *lock_flag(void);
#define holds_lock (*lock_flag())

// The flag is kept by two functions that everything goes through.
static void *with_lock(void *(*function)(void *), void *data) {
  if (holds_lock)
    return function(data);
  holds_lock = 1;
  void *result = rb_thread_call_with_gvl(function, data);
  holds_lock = 0;
  return result;
}

static void *without_lock(void *(*function)(void *), void *data) {
  if (!holds_lock)
    return function(data);
  holds_lock = 0;
  void *result = rb_thread_call_without_gvl(function, data, RUBY_UBF_IO, NULL);
  holds_lock = 1;
  return result;
}

static void *push(void *list) {
  // STRICT: :[[@LINE+1]]:{{[0-9]+}}: error: rb_ary_push is called without the GVL
  rb_ary_push((VALUE)list, Qnil);
  return NULL;
}

static void *wait_again(void *list) { return list; }

static void *wait_and_push(void *list) {
  without_lock(wait_again, list);
  return with_lock(push, list);
}

VALUE wait_for(VALUE self, VALUE list) {
  without_lock(wait_and_push, (void *)list);
  return list;
}

// The arguments are packed for the other thread.
struct line {
  VALUE log;
  const char *text;
};

static void append(VALUE log, const char *text) {
  // STRICT: :[[@LINE+1]]:{{[0-9]+}}: error: rb_str_cat_cstr is called without the GVL
  rb_str_cat_cstr(log, text);
}

static void *append_line(void *data) {
  struct line *line = data;
  append(line->log, line->text);
  return NULL;
}

static void log_line(VALUE log, const char *text, int locked) {
  if (locked) {
    append(log, text);
  } else {
    struct line line = {log, text};
    rb_thread_call_with_gvl(append_line, &line);
  }
}

static void *log_region(void *log) {
  log_line((VALUE)log, "released", *(int *)log);
  return NULL;
}

VALUE logged(VALUE self, VALUE log) {
  rb_thread_call_without_gvl(log_region, (void *)log, RUBY_UBF_IO, NULL);
  return log;
}

// Both are run.
static void *push_twice(void *list) {
  rb_thread_call_with_gvl(push, list);
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: rb_ary_clear is called without the GVL
  rb_ary_clear((VALUE)list);
  return NULL;
}

// Another function is run.
static void *push_or_pop(void *list) {
  if (holds_lock)
    // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: rb_ary_pop is called without the GVL
    rb_ary_pop((VALUE)list);
  else
    rb_thread_call_with_gvl(push, list);
  return NULL;
}

static void *clear(void *list) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: rb_ary_shift is called without the GVL
  rb_ary_shift((VALUE)list);
  return NULL;
}

static void *clear_twice(void *list) {
  rb_thread_call_with_gvl(clear, list);
  return clear(list);
}

VALUE wrong(VALUE self, VALUE list) {
  rb_thread_call_without_gvl(push_twice, (void *)list, RUBY_UBF_IO, NULL);
  rb_thread_call_without_gvl(push_or_pop, (void *)list, RUBY_UBF_IO, NULL);
  rb_thread_call_without_gvl(clear_twice, (void *)list, RUBY_UBF_IO, NULL);
  return list;
}
// STATIC: exit: 1
