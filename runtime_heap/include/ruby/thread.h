/* ruby/thread.h - Leaving the lock and coming back
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_THREAD_H
#define RUBY_THREAD_H 1
#include "ruby/ruby.h"
#include <stdbool.h>
#include <stdint.h>
#define RB_NOGVL_INTR_FAIL 0x1
#define RB_NOGVL_UBF_ASYNC_SAFE 0x2
#define RB_NOGVL_OFFLOAD_SAFE 0x4
RUBY_BEGIN_DECLS
/*
 * func runs without the lock; nothing of the heap may be touched in it. ubf is
 * called by another thread, which may hold the lock or not, when this one is
 * to be interrupted. Pending interrupts are served before and, unless flags
 * has RB_NOGVL_INTR_FAIL, after; with that flag and an interrupt pending func
 * is not called and the result is NULL. errno is what func left.
 */
void *rb_nogvl(void *(*func)(void *), void *data1, rb_unblock_function_t *ubf,
               void *data2, int flags);
void *rb_thread_call_without_gvl(void *(*func)(void *), void *data1,
                                 rb_unblock_function_t *ubf, void *data2);
void *rb_thread_call_without_gvl2(void *(*func)(void *), void *data1,
                                  rb_unblock_function_t *ubf, void *data2);
/* Inside a region only: takes the lock for func. Elsewhere: rule W1. */
void *rb_thread_call_with_gvl(void *(*func)(void *), void *data1);

/*
 * What happens to threads, as CRuby tells it from 3.2 on. In the life of one:
 * STARTED, then for each time with the lock READY (it wants the lock), RESUMED
 * (it has it), SUSPENDED (it has left it), and at last EXITED.
 */
typedef uint32_t rb_event_flag_t;
#define RUBY_INTERNAL_THREAD_EVENT_STARTED 1 << 0
#define RUBY_INTERNAL_THREAD_EVENT_READY 1 << 1
#define RUBY_INTERNAL_THREAD_EVENT_RESUMED 1 << 2
#define RUBY_INTERNAL_THREAD_EVENT_SUSPENDED 1 << 3
#define RUBY_INTERNAL_THREAD_EVENT_EXITED 1 << 4
#define RUBY_INTERNAL_THREAD_EVENT_MASK 0xff
typedef struct rb_internal_thread_event_data {
  VALUE thread; /* live and in place for the call */
} rb_internal_thread_event_data_t;
/*
 * Called on the thread itself; with the lock for RESUMED, without it for all
 * others. Must not raise, and must not give the lock away.
 */
typedef void (*rb_internal_thread_event_callback)(
    rb_event_flag_t event, const rb_internal_thread_event_data_t *event_data,
    void *user_data);
typedef struct rb_internal_thread_event_hook rb_internal_thread_event_hook_t;
/*
 * func is called for each of events from now on; the newest hook first. With
 * the lock, and not by a hook (which ends the program). The result is for the
 * removal.
 */
rb_internal_thread_event_hook_t *
rb_internal_thread_add_event_hook(rb_internal_thread_event_callback func,
                                  rb_event_flag_t events, void *data);
/*
 * Whether hook was there; when this returns no call of it is under way. With
 * the lock, and not by a hook.
 */
bool rb_internal_thread_remove_event_hook(
    rb_internal_thread_event_hook_t *hook);

/* A word of the caller's in each thread. */
typedef int rb_internal_thread_specific_key_t;
#define RB_INTERNAL_THREAD_SPECIFIC_KEY_MAX 8
/* With the lock; raises ThreadError when there are as many as that. */
rb_internal_thread_specific_key_t rb_internal_thread_specific_key_create(void);
/* Any thread, with or without the lock, async-signal-safe. thread is live. NULL
 * before the first set. A key that was not created ends the program. */
void *rb_internal_thread_specific_get(VALUE thread,
                                      rb_internal_thread_specific_key_t key);
void rb_internal_thread_specific_set(VALUE thread,
                                     rb_internal_thread_specific_key_t key,
                                     void *data);
RUBY_END_DECLS
#endif
