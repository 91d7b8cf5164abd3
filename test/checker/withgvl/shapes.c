// Intent: W1 by who can come to the call, what is asked on the way, and which Ruby it is for.
// RUN: not %gvlsan check %s -- %ruby_cflags 2>&1 | FileCheck %s --implicit-check-not="error: " --implicit-check-not="warning: "
// RUN: not %gvlsan check --ruby=4.0 %s -- %ruby_cflags 2>&1 | FileCheck %s --check-prefix=NESTS --implicit-check-not="error: " --implicit-check-not="warning: "
#include <pthread.h>
#include <ruby.h>
#include <ruby/thread.h>

int ruby_thread_has_gvl_p(void);
int ruby_native_thread_p(void);

static void *work(void *data) {
  return data;
}

// Nobody in sight calls it with the lock.
void library_callback(void *data) {
  rb_thread_call_with_gvl(work, data);
}

static int released;
static void flagged(void *data) {
  if (released)
    // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: 'rb_thread_call_with_gvl' is called by code that holds the GVL already{{.*}}[W1]
    rb_thread_call_with_gvl(work, data);
}

static void asked(void *data) {
  int has = ruby_thread_has_gvl_p();
  if (has) {
    work(data);
    return;
  }
  rb_thread_call_with_gvl(work, data);
}

static VALUE body(VALUE data) {
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: 'rb_thread_call_with_gvl' is called by code that holds the GVL already{{.*}}[W1]
  rb_thread_call_with_gvl(work, (void *)data);
  return Qnil;
}

static void *region(void *data) {
  library_callback(data);
  return NULL;
}

static void *thread(void *data) {
  // CHECK: :[[@LINE+2]]:{{[0-9]+}}: error: 'rb_thread_call_with_gvl' is called by a thread that Ruby did not make{{.*}}[W1]
  // NESTS: :[[@LINE+1]]:{{[0-9]+}}: error: 'rb_thread_call_with_gvl' is called by a thread that Ruby did not make{{.*}}[W1]
  rb_thread_call_with_gvl(work, data);
  return NULL;
}

static void *careful_thread(void *data) {
  if (ruby_native_thread_p())
    rb_thread_call_with_gvl(work, data);
  return NULL;
}

// A flag says whether the lock is held: what callers give is followed.
static void either(void *data, int released) {
  if (!data)
    return;
  if (released)
    rb_thread_call_with_gvl(work, data);
  else
    work(data);
}
static void through(void *data, int held) {
  if (held) {
    either(data, 0);
    return;
  }
  // The flag is turned round on the way.
  either(data, 1);
}
static void *without_lock(void *data) {
  through(data, 0);
  return NULL;
}

static void mistaken(void *data, int held) {
  if (!held)
    // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: 'rb_thread_call_with_gvl' is called by code that holds the GVL already{{.*}}[W1]
    rb_thread_call_with_gvl(work, data);
}

static void set_inside(void *data, int flag) {
  flag = data != NULL;
  if (flag)
    // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: 'rb_thread_call_with_gvl' is called by code that holds the GVL already{{.*}}[W1]
    rb_thread_call_with_gvl(work, data);
}

static VALUE flags(VALUE self) {
  through(&self, 1);
  mistaken(&self, 1);
  mistaken(&self, 0);
  set_inside(&self, 0);
  rb_thread_call_without_gvl(without_lock, &self, RUBY_UBF_IO, NULL);
  return Qnil;
}

// A flag of its own says which of the two it has to do.
extern int *lock_flag(void);
static void *chosen(void *data) {
  if (*lock_flag())
    return work(data);
  return rb_thread_call_with_gvl(work, data);
}

static VALUE run(VALUE self) {
  pthread_t a, b;
  chosen(NULL);
  flagged(NULL);
  asked(NULL);
  rb_ensure(body, Qnil, NULL, Qnil);
  rb_thread_call_without_gvl(region, NULL, RUBY_UBF_IO, NULL);
  pthread_create(&a, NULL, thread, NULL);
  pthread_create(&b, NULL, careful_thread, NULL);
  return Qnil;
}

void Init_shapes(void) {
  rb_define_global_function("run", run, 0);
  rb_define_global_function("flags", flags, 0);
}
