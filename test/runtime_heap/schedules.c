// Intent: with RHEAP_SCHEDULE threads take turns by choice: a seed gives the same run each time, and
//   exploring every schedule finds the one in which write(2) says EFAULT (Bug #20169), with a list that
//   brings it back; with F.noembed no schedule does.
// REQUIRES: runtime_heap
// RUN: %cc -shared -fPIC -O1 -g %heap_cflags %s -o %t.so
// RUN: not rheap explore --switches 3 %t.so --method embedded > %t.out
// RUN: FileCheck %s --check-prefix=EMBEDDED < %t.out
// RUN: env $(grep -A1 'Bad address' %t.out | grep -o 'RHEAP_SCHEDULE=.*') rheap run %t.so --method embedded | FileCheck %s --check-prefix=AGAIN
// RUN: rheap explore --switches 3 %t.so --method noembed | FileCheck %s --check-prefix=NOEMBED
// RUN: not rheap explore --switches 3 %t.so --method count | FileCheck %s --check-prefix=COUNT
// RUN: env RHEAP_SCHEDULE=seed:7 rheap run %t.so --method turns > %t.1
// RUN: env RHEAP_SCHEDULE=seed:7 rheap run %t.so --method turns > %t.2
// RUN: env RHEAP_SCHEDULE=seed:8 rheap run %t.so --method turns > %t.3
// RUN: cmp %t.1 %t.2
// RUN: not cmp -s %t.1 %t.3
// RUN: env RHEAP_SCHEDULE=seed:x %S/Inputs/expect-exit 64 rheap run %t.so 2>&1 | FileCheck %s --check-prefix=BAD
#include <rheap/internal.h>
#include <ruby.h>
#include <ruby/thread.h>

struct output {
  int fd;
  const char *bytes;
  int error;
};

static void *write_bytes(void *data) {
  struct output *out = data;
  if (write(out->fd, out->bytes, 5) < 0)
    out->error = errno;
  return NULL;
}

static int noembed_fix;

static VALUE writer(void *data) {
  struct output *out = data;
  VALUE string = rb_str_new_cstr("bytes");
  VALUE source = noembed_fix ? rb_str_tmp_frozen_no_embed_acquire(string) : string;
  out->bytes = RSTRING_PTR(source);
  rb_thread_call_without_gvl(write_bytes, out, NULL, NULL);
  RB_GC_GUARD(source);
  return string;
}

/* Objects with holes before them, so that a compaction leaves the writer's page. */
__attribute__((noinline)) static VALUE make(void) {
  VALUE kept = rb_ary_new();
  rb_gc_disable();
  for (int i = 0; i < 12000; i++) {
    VALUE string = rb_str_new_cstr("string");
    if (i % 2)
      rb_ary_push(kept, string);
  }
  rb_gc_enable();
  return kept;
}

static VALUE write_beside_compact(int fixed) {
  noembed_fix = fixed;
  int fds[2];
  if (pipe(fds) != 0)
    rb_sys_fail("pipe");
  struct output out = {.fd = fds[1]};
  VALUE kept = make();
  VALUE thread = rb_thread_create(writer, &out);
  rb_thread_schedule();
  rheap_compact();
  rb_funcall(thread, rb_intern("join"), 0);
  printf("%s\n", out.error ? strerror(out.error) : "written");
  RB_GC_GUARD(kept);
  return Qnil;
}

static VALUE embedded(VALUE self) { return write_beside_compact(0); }
static VALUE noembed(VALUE self) { return write_beside_compact(1); }

static long counter;

/* The lock is given up between the load and the store. */
static VALUE add_one(void *unused) {
  long before = counter;
  rb_thread_schedule();
  counter = before + 1;
  return Qnil;
}

static VALUE count(VALUE self) {
  VALUE a = rb_thread_create(add_one, NULL), b = rb_thread_create(add_one, NULL);
  rb_funcall(a, rb_intern("join"), 0);
  rb_funcall(b, rb_intern("join"), 0);
  printf("%ld\n", counter);
  return Qnil;
}

static char order[64];
static int turn;

static VALUE take_turns(void *name) {
  for (int i = 0; i < 8; i++) {
    order[turn++] = *(const char *)name;
    rb_thread_schedule();
  }
  return Qnil;
}

static VALUE turns(VALUE self) {
  VALUE threads[3];
  for (int i = 0; i < 3; i++)
    threads[i] = rb_thread_create(take_turns, (void *)&"abc"[i]);
  for (int i = 0; i < 3; i++)
    rb_funcall(threads[i], rb_intern("join"), 0);
  puts(order);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("embedded", embedded, 0);
  rb_define_global_function("noembed", noembed, 0);
  rb_define_global_function("count", count, 0);
  rb_define_global_function("turns", turns, 0);
}
// EMBEDDED: schedules with at most 3 switches, 2 outcomes
// EMBEDDED-DAG: exit 0: Bad address
// EMBEDDED-DAG: exit 0: written
// AGAIN: Bad address
// NOEMBED: schedules with at most 3 switches, 1 outcomes
// NOEMBED-NEXT: exit 0: written
// COUNT: schedules with at most 3 switches, 2 outcomes
// COUNT-NEXT: exit 0: 1
// COUNT: exit 0: 2
// BAD: rheap: error: RHEAP_SCHEDULE=seed:x: the seed is no number
