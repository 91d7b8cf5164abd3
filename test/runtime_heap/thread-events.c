// Intent: hooks hear of a thread's start, of each wait for the lock, its arrival, its loss, and of the end,
//   with and without the lock as the event says; a removed hook hears nothing; words of one's own in threads.
// REQUIRES: runtime_heap
// RUN: %cc -shared -fPIC -O1 -g %heap_cflags %s -o %t.so
// RUN: rheap run %t.so | FileCheck %s
// RUN: env RHEAP_GC_AT_RELEASE=compact RHEAP_GC_STRESS=1 rheap run %t.so | FileCheck %s
// RUN: %cc -shared -fPIC -O1 -g %heap_cflags -DIN_HOOK %s -o %t.in-hook.so
// RUN: not --crash rheap run %t.in-hook.so 2>&1 | FileCheck %s --check-prefix=IN-HOOK
// IN-HOOK: rb_internal_thread_remove_event_hook: called by a thread event hook
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <string.h>

static char heard[1000];
static VALUE main_thread;
static int wrong_lock, wrong_thread;
static rb_internal_thread_event_hook_t *hook;

static void note(rb_event_flag_t event, const rb_internal_thread_event_data_t *data, void *suffix) {
  static const char *const names[] = {"started", "ready", "resumed", "suspended", "exited"};
  int resumed = event == (RUBY_INTERNAL_THREAD_EVENT_RESUMED);
  wrong_lock += ruby_thread_has_gvl_p() != resumed;
#ifdef IN_HOOK
  rb_internal_thread_remove_event_hook(hook);
#endif
  if (resumed) {
    wrong_thread += data->thread != rb_thread_current();
    rb_str_new_cstr("a hook that has the lock may allocate");
  }
  if (data->thread != main_thread)
    strcat(strcat(strcat(heard, " "), names[__builtin_ctz(event)]), suffix);
}

static void *outside(void *unused) { return NULL; }
static void *inside(void *unused) { return NULL; }
static void *calls_back(void *unused) { return rb_thread_call_with_gvl(inside, NULL); }

static VALUE nothing(void *unused) { return Qnil; }
static VALUE one_region(void *unused) {
  rb_thread_call_without_gvl(outside, NULL, RUBY_UBF_IO, NULL);
  return Qnil;
}
static VALUE region_and_back(void *unused) {
  rb_thread_call_without_gvl(calls_back, NULL, RUBY_UBF_IO, NULL);
  return Qnil;
}

static void tell(const char *what, VALUE (*body)(void *)) {
  heard[0] = 0;
  rb_funcall(rb_thread_create(body, NULL), rb_intern("join"), 0);
  printf("%s:%s;\n", what, heard);
}

static VALUE create_key(VALUE unused) { return INT2FIX(rb_internal_thread_specific_key_create()); }

static VALUE run(VALUE self) {
  main_thread = rb_thread_current();
  hook = rb_internal_thread_add_event_hook(note, RUBY_INTERNAL_THREAD_EVENT_MASK, "");
  tell("nothing", nothing);
  // CHECK: nothing: started ready resumed suspended exited;
  tell("region", one_region);
  // CHECK-NEXT: region: started ready resumed suspended ready resumed suspended exited;
  tell("back", region_and_back);
  // CHECK-NEXT: back: started ready resumed suspended ready resumed suspended ready resumed suspended exited;
  rb_internal_thread_event_hook_t *second = rb_internal_thread_add_event_hook(
      note, RUBY_INTERNAL_THREAD_EVENT_STARTED | RUBY_INTERNAL_THREAD_EVENT_EXITED, "2");
  tell("two", nothing);
  // CHECK-NEXT: two: started2 started ready resumed suspended exited2 exited;
  int removed = rb_internal_thread_remove_event_hook(hook);
  printf("removed: %d\n", removed);
  // CHECK-NEXT: removed: 1
  tell("one", nothing);
  // CHECK-NEXT: one: started2 exited2;
  rb_internal_thread_remove_event_hook(second);
  printf("again: %d\n", rb_internal_thread_remove_event_hook(second));
  // CHECK-NEXT: again: 0
  tell("none", nothing);
  // CHECK-NEXT: none:;
  printf("with the wrong lock: %d, of the wrong thread: %d\n", wrong_lock, wrong_thread);
  // CHECK-NEXT: with the wrong lock: 0, of the wrong thread: 0

  int key = rb_internal_thread_specific_key_create();
  void *before = rb_internal_thread_specific_get(main_thread, key);
  VALUE other = rb_thread_create(nothing, NULL);
  rb_internal_thread_specific_set(main_thread, key, &key);
  rb_internal_thread_specific_set(other, key, heard);
  printf("words: %d %d %d\n", before == NULL, rb_internal_thread_specific_get(main_thread, key) == &key,
         rb_internal_thread_specific_get(other, key) == heard);
  // CHECK-NEXT: words: 1 1 1
  int state = 0, keys = 1;
  while (rb_protect(create_key, Qnil, &state), !state)
    keys++;
  VALUE error = rb_errinfo();
  rb_set_errinfo(Qnil);
  printf("keys: %d, then %s\n", keys, rb_obj_classname(error));
  // CHECK-NEXT: keys: 8, then ThreadError
  fflush(stdout);
  return Qnil;
}

void Init_example(void) { rb_define_global_function("run", run, 0); }
