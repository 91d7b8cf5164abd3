// Intent: two strings that one call is handed are two findings, each with its story.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>

struct options {
  const char *host;
  const char *user;
};
extern int db_connect(struct options *);

static void *connect_region(void *data) {
  // STATIC: :[[@LINE+2]]:{{[0-9]+}}: warning: bytes of 'host'{{.*}}[R1.e]
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: bytes of 'user'{{.*}}[R1.e]
  return (void *)(long)db_connect(data);
}

VALUE db_open(VALUE self, VALUE host, VALUE user) {
  struct options options;
  options.host = StringValueCStr(host);
  options.user = StringValueCStr(user);
  rb_thread_call_without_gvl(connect_region, &options, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(host);
  RB_GC_GUARD(user);
  return Qnil;
}
// STATIC: exit: 1
