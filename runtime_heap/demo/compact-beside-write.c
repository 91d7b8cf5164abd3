/* compact-beside-write.c - The program of Bug #20169, as an extension
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
/*
 * One thread compacts in a loop, another writes strings with write(2) in a
 * region without the lock:
 *
 *   t1 = Thread.new { GC.compact while true }
 *   t2 = Thread.new { $stdout.write "<#{i += 1}>" while true }
 *
 *   rheap run compact-beside-write.so                 the bytes are embedded
 *   rheap run compact-beside-write.so --method fixed  F.noembed
 *
 * The first ends when write(2) has said EFAULT, both end after a fixed number
 * of compactions.
 */
#include <rheap/internal.h>
#include <ruby.h>
#include <ruby/thread.h>

#include <pthread.h>

enum {
  compactions = 400,
  /* As the reproduction in the bug does, to make the window wide. */
  writes_per_region = 1000,
  ballast = 40000
};

struct output {
  int fd;
  const char *bytes;
  size_t length;
  long writes;
  int error;
};

static volatile int stop;

static void *write_often(void *data) {
  struct output *out = data;
  for (int i = 0; i < writes_per_region && !out->error && !stop; i++) {
    if (write(out->fd, out->bytes, out->length) < 0)
      out->error = errno;
    else
      out->writes++;
  }
  return NULL;
}

/* Keeps the pipe from filling up. No thread of the heap. */
static void *drain(void *data) {
  char bytes[65536];
  while (read(*(int *)data, bytes, sizeof(bytes)) > 0) {
  }
  return NULL;
}

/* GC.compact in a loop has something to move as long as the program makes
 * garbage: half of the objects are dropped and made anew, behind the holes.
 * The other thread gets its turn when they are, so that its next string is
 * among those at the heap's end, which compaction moves to the front. */
static VALUE compact_in_a_loop(void *unused) {
  VALUE kept = rb_ary_new_capa(ballast);
  for (long i = 0; i < ballast; i++)
    rb_ary_push(kept, rb_sprintf("%ld", i));
  for (int round = 0; round < compactions && !stop; round++) {
    for (long i = round % 2; i < ballast; i += 2)
      rb_ary_store(kept, i, rb_sprintf("%ld", i));
    rb_thread_schedule();
    rb_funcall(rb_mGC, rb_intern("compact"), 0);
  }
  stop = 1;
  RB_GC_GUARD(kept);
  return Qnil;
}

static void write_one(struct output *out, VALUE string, int fixed) {
  VALUE source = fixed ? rb_str_tmp_frozen_no_embed_acquire(string) : string;
  out->bytes = RSTRING_PTR(source);
  out->length = RSTRING_LEN(source);
  rb_thread_call_without_gvl(write_often, out, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(source);
  if (fixed)
    rb_str_tmp_frozen_release(string, source);
}

static VALUE demo(int fixed) {
  int fds[2];
  pthread_t reader;
  if (pipe(fds) != 0)
    rb_sys_fail("pipe");
  if ((errno = pthread_create(&reader, NULL, drain, &fds[0])) != 0)
    rb_sys_fail("pthread_create");
  stop = 0;
  size_t before = rheap_compact_count();
  VALUE compactor = rb_thread_create(compact_in_a_loop, NULL);
  struct output out = {.fd = fds[1]};
  for (long i = 1; !stop && !out.error; i++)
    write_one(&out, rb_sprintf("<%ld>", i), fixed);
  stop = 1;
  rb_funcall(compactor, rb_intern("join"), 0);
  close(fds[1]);
  pthread_join(reader, NULL);
  close(fds[0]);
  size_t done = rheap_compact_count() - before;
  if (out.error == EFAULT)
    printf("EFAULT after %ld writes\n", out.writes);
  else if (out.error)
    printf("%s after %ld writes\n", strerror(out.error), out.writes);
  else
    printf("no EFAULT in %ld writes, %zu compactions\n", out.writes, done);
  return Qnil;
}

static VALUE embedded(VALUE self) { return demo(0); }
static VALUE fixed(VALUE self) { return demo(1); }

void Init_example(void) {
  rb_define_global_function("run", embedded, 0);
  rb_define_global_function("fixed", fixed, 0);
}
