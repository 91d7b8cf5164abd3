/* ruby/internal/thread.h - Threads of the heap
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_INTERNAL_THREAD_H
#define RUBY_INTERNAL_THREAD_H
RUBY_BEGIN_DECLS
typedef void rb_unblock_function_t(void *);
VALUE rb_thread_create(VALUE (*func)(void *), void *arg);
VALUE rb_thread_current(void);
VALUE rb_thread_main(void);
VALUE rb_thread_alone(void);
VALUE rb_thread_wakeup(VALUE thread);
VALUE rb_thread_run(VALUE thread);
VALUE rb_thread_kill(VALUE thread);
void rb_thread_schedule(void);
void rb_thread_check_ints(void);
int rb_thread_interrupted(VALUE thread);
void rb_thread_sleep(int seconds);
void rb_thread_sleep_forever(void);
void rb_thread_wait_for(struct timeval time);
VALUE rb_thread_local_aref(VALUE thread, ID name);
VALUE rb_thread_local_aset(VALUE thread, ID name, VALUE v);
VALUE rb_mutex_new(void);
VALUE rb_mutex_locked_p(VALUE mutex);
VALUE rb_mutex_trylock(VALUE mutex);
VALUE rb_mutex_lock(VALUE mutex);
VALUE rb_mutex_unlock(VALUE mutex);
VALUE rb_mutex_sleep(VALUE mutex, VALUE timeout);
VALUE rb_mutex_synchronize(VALUE mutex, VALUE (*func)(VALUE arg), VALUE arg);
/* Any thread, with or without the lock. */
int ruby_thread_has_gvl_p(void);
int ruby_native_thread_p(void);
RUBY_END_DECLS
#define RUBY_UBF_IO ((rb_unblock_function_t *)-1)
#define RUBY_UBF_PROCESS ((rb_unblock_function_t *)-1)
#endif
