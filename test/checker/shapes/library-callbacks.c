// Intent: a library runs what it was given to keep whenever a region calls it on its object.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>

static ID call_id;
struct codec;
extern struct codec *codec_create(void *(*allocate)(void *, size_t), void (*release)(void *));
extern void codec_on_progress(struct codec *, int (*progress)(void *), void *data);
extern void codec_each_error(struct codec *, int (*report)(void *, int), void *data);
extern int codec_run(struct codec *, char *, size_t);

static void *allocate(void *unused, size_t size) {
  // A region calls codec_run, which allocates.
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: xmalloc is called without the GVL{{.*}}[R1.api]
  return xmalloc(size);
}

static void release(void *memory) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: xfree is called without the GVL{{.*}}[R1.api]
  xfree(memory);
}

static int progress(void *data) {
  // Perhaps not from codec_run, but from nothing else that is seen.
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: rb_funcall{{.*}} is called without the GVL{{.*}}[R1.api]
  return RTEST(rb_funcall((VALUE)data, call_id, 0));
}

// Right: it runs during the call that is given a local of its caller.
static int report(void *data, int error) {
  rb_ary_push(*(VALUE *)data, INT2FIX(error));
  return 0;
}

static void *call_progress(void *data) {
  return (void *)rb_funcall((VALUE)data, call_id, 0);
}
// Right: it takes the lock itself.
static int careful_progress(void *data) {
  if (data)
    rb_thread_call_with_gvl(call_progress, data);
  return 0;
}

struct job {
  struct codec *codec;
  char scratch[64];
};
static void *run_region(void *data) {
  struct job *job = data;
  codec_run(job->codec, job->scratch, sizeof(job->scratch));
  return NULL;
}

VALUE codec_use(VALUE self, VALUE block) {
  struct job job = {codec_create(allocate, release)};
  VALUE errors = rb_ary_new();
  codec_on_progress(job.codec, progress, (void *)block);
  codec_on_progress(job.codec, careful_progress, (void *)block);
  rb_thread_call_without_gvl(run_region, &job, RUBY_UBF_IO, NULL);
  codec_each_error(job.codec, report, &errors);
  return errors;
}
// STATIC: exit: 1
