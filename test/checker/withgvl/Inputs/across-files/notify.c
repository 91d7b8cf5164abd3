#include <ruby.h>
#include <ruby/thread.h>
#include "notify.h"

int ruby_thread_has_gvl_p(void);

static void *deliver(void *message) { return message; }

void notify(void *message) {
  // CHECK: notify.c:[[@LINE+2]]:{{[0-9]+}}: error: 'rb_thread_call_with_gvl' is called by code that holds the GVL already{{.*}}[W1]
  // CHECK: notify.c:[[@LINE-2]]:{{[0-9]+}}: note: 'notify' is called by another file, with the GVL
  rb_thread_call_with_gvl(deliver, message);
}
void notify_if(void *message, int released) {
  if (released)
    rb_thread_call_with_gvl(deliver, message);
  else
    deliver(message);
}
void notify_checked(void *message) {
  if (ruby_thread_has_gvl_p())
    deliver(message);
  else
    rb_thread_call_with_gvl(deliver, message);
}
void notify_released(void *message) { rb_thread_call_with_gvl(deliver, message); }
void notify_from_thread(void *message) {
  // CHECK: notify.c:[[@LINE+1]]:{{[0-9]+}}: error: 'rb_thread_call_with_gvl' is called by a thread that Ruby did not make{{.*}}[W1]
  rb_thread_call_with_gvl(deliver, message);
}
