/* ruby/debug.h - Jobs that signal handlers leave for later
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_DEBUG_H
#define RUBY_DEBUG_H 1
#include "ruby/ruby.h"
RUBY_BEGIN_DECLS
typedef void (*rb_postponed_job_func_t)(void *arg);
/*
 * func runs soon, on a thread that holds the lock and looks at its interrupts.
 * Any thread, with or without the lock, also in a signal handler. 0: no room;
 * 1: noted; rb_postponed_job_register_one notes a func once, 2: it was there.
 */
int rb_postponed_job_register(unsigned flags, rb_postponed_job_func_t func,
                              void *data);
int rb_postponed_job_register_one(unsigned flags, rb_postponed_job_func_t func,
                                  void *data);
/* With the lock; a handle for the trigger, which may be called anywhere. */
typedef unsigned int rb_postponed_job_handle_t;
#define POSTPONED_JOB_HANDLE_INVALID ((rb_postponed_job_handle_t) - 1)
rb_postponed_job_handle_t
rb_postponed_job_preregister(unsigned flags, rb_postponed_job_func_t func,
                             void *data);
void rb_postponed_job_trigger(rb_postponed_job_handle_t handle);
RUBY_END_DECLS
#endif
