/* ruby/thread.h - Leaving the lock and coming back
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_THREAD_H
#define RUBY_THREAD_H 1
#include "ruby/ruby.h"
#define RB_NOGVL_INTR_FAIL 0x1
#define RB_NOGVL_UBF_ASYNC_SAFE 0x2
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
RUBY_END_DECLS
#endif
