#include <ruby.h>
#include <ruby/thread.h>
#include "stream.h"

static void append(struct stream *stream, const char *bytes, long length) {
  // CHECK: extension.c:[[@LINE+4]]:{{[0-9]+}}: error: rb_str_cat is called without the GVL{{.*}}[R1.api]
  // CHECK: extension.c:{{[0-9]+}}:{{[0-9]+}}: note: the GVL is released here, for 'run_region'
  // CHECK: extension.c:{{[0-9]+}}:{{[0-9]+}}: note: 'stream_run' is called here
  // CHECK: stream.c:{{[0-9]+}}:{{[0-9]+}}: note: what 'stream::on_data' holds is called here
  rb_str_cat(stream->out, bytes, length);
}
static void finish(struct stream *stream) {
  // CHECK: extension.c:[[@LINE+1]]:{{[0-9]+}}: error: rb_obj_freeze_inline is called without the GVL{{.*}}[R1.api]
  rb_obj_freeze_inline(stream->out);
}
static void idle(struct stream *stream) { rb_str_cat(stream->out, "", 0); }
static void traced(VALUE out) {
  // CHECK: extension.c:[[@LINE+1]]:{{[0-9]+}}: error: rb_p is called without the GVL{{.*}}[R1.api]
  rb_p(out);
}
static void *work(void *data) {
  // CHECK: extension.c:[[@LINE+2]]:{{[0-9]+}}: error: rb_ary_push is called without the GVL{{.*}}[R1.api]
  // CHECK: stream.c:{{[0-9]+}}:{{[0-9]+}}: note: what 'task::work' holds is called here
  rb_ary_push(*(VALUE *)data, Qnil);
  return NULL;
}
static void *count(void *data) {
  ++*(int *)data;
  return NULL;
}
static void *run_region(void *stream) {
  stream_run(stream);
  return NULL;
}
static VALUE run(VALUE self, VALUE out) {
  // CHECK: extension.c:[[@LINE+3]]:{{[0-9]+}}: error: xrealloc is called without the GVL{{.*}}[R1.api]
  // CHECK: stream.c:{{[0-9]+}}:{{[0-9]+}}: note: what 'stream::allocate' holds is called here
  // CHECK: extension.c:{{[0-9]+}}:{{[0-9]+}}: note: what is handed over here is called without the GVL
  struct stream stream = {append, NULL, idle, xrealloc, out};
  stream_set_end(&stream, finish);
  stream_started(&stream);
  trace = traced;
  rb_thread_call_without_gvl(run_region, &stream, RUBY_UBF_IO, NULL);
  return out;
}
static VALUE task(VALUE self, VALUE list) {
  int counted = 0;
  struct task counting = {count, &counted};
  task_run(&counting);
  struct task pushing = {work, &list};
  task_run(&pushing);
  return list;
}
void Init_stream(void) {
  rb_define_global_function("run", run, 1);
  rb_define_global_function("task", task, 1);
}
