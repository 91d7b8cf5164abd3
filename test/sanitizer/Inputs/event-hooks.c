#include <ruby.h>
#include <ruby/thread.h>
#include <string.h>

static rb_internal_thread_event_hook_t *hook;
static rb_event_flag_t wanted;
static const char *text;
static volatile long seen, length;
static int calls_ruby;

static void on_event(rb_event_flag_t event, const rb_internal_thread_event_data_t *data, void *user_data) {
  ++seen;
  if (event != wanted)
    return;
  if (calls_ruby)
    length += RSTRING_LEN(rb_str_new(user_data, 1));
  else
    length += strlen(text);
}

static VALUE start(VALUE self, VALUE event, VALUE string, VALUE api) {
  wanted = NUM2UINT(event);
  text = RSTRING_PTR(string);
  calls_ruby = RTEST(api);
  seen = length = 0;
  hook = rb_internal_thread_add_event_hook(on_event, RUBY_INTERNAL_THREAD_EVENT_MASK, "x");
  return Qnil;
}

static VALUE stop(VALUE self) {
  rb_internal_thread_remove_event_hook(hook);
  return rb_assoc_new(seen ? Qtrue : Qfalse, length ? Qtrue : Qfalse);
}

void Init_event_hooks(void) {
  VALUE m = rb_define_module("EventHooks");
  rb_define_const(m, "STARTED", UINT2NUM(RUBY_INTERNAL_THREAD_EVENT_STARTED));
  rb_define_const(m, "READY", UINT2NUM(RUBY_INTERNAL_THREAD_EVENT_READY));
  rb_define_const(m, "RESUMED", UINT2NUM(RUBY_INTERNAL_THREAD_EVENT_RESUMED));
  rb_define_const(m, "SUSPENDED", UINT2NUM(RUBY_INTERNAL_THREAD_EVENT_SUSPENDED));
  rb_define_const(m, "EXITED", UINT2NUM(RUBY_INTERNAL_THREAD_EVENT_EXITED));
  rb_define_singleton_method(m, "start", start, 3);
  rb_define_singleton_method(m, "stop", stop, 0);
}
