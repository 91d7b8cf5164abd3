// Intent: a fork, under the lock and in the middle of a region, gives the child a heap of its own:
//   what either does is not seen by the other, both collect and compact, and the child is judged.
// REQUIRES: runtime_heap
// RUN: %cc -shared -fPIC %heap_cflags -I%source/sanitizer/include %S/Inputs/reporter.c -o %t.reporter.so
// RUN: %cc -shared -fPIC -O1 -g %heap_cflags %s -o %t.so
// RUN: rheap run %t.so | FileCheck %s
// RUN: env LD_PRELOAD=%t.reporter.so rheap run %t.so 2>&1 | FileCheck %s --check-prefixes=CHECK,JUDGED
#include <rheap/internal.h>
#include <ruby.h>
#include <ruby/thread.h>

#include <sys/wait.h>

static VALUE list;

static void change(const char *who) {
  for (int i = 0; i < 3000; i++)
    rb_ary_push(list, rb_sprintf("%s %d", who, i));
  rb_ary_store(list, 0, rb_str_new_cstr(who));
  rheap_compact();
}

static void report(const char *who) {
  VALUE first = rb_ary_entry(list, 0), last = rb_ary_entry(list, -1);
  printf("%s: %s, %ld, %s\n", who, RSTRING_PTR(first), RARRAY_LEN(list),
         RSTRING_PTR(last));
  fflush(stdout);
}

static void wait_for(pid_t child) {
  int status;
  waitpid(child, &status, 0);
  if (status)
    printf("child: status %d\n", status);
  fflush(stdout);
}

static VALUE busy(void *stop) {
  while (!*(volatile int *)stop) {
    rb_str_new_cstr("garbage");
    rb_thread_check_ints();
  }
  return Qnil;
}

static void *child_changes(void *who) {
  change(who);
  report(who);
  return NULL;
}

void *fork_in_region(void *data) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    rb_thread_call_with_gvl(child_changes, (void *)"region child");
    /* Still a region. */
    (void)*(volatile VALUE *)data;
    _exit(0);
  }
  wait_for(child);
  return NULL;
}

static VALUE run(VALUE self) {
  int stop = 0;
  list = Qnil;
  rb_gc_register_address(&list);
  list = rb_ary_new();
  change("parent");
  VALUE thread = rb_thread_create(busy, &stop);

  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    change("child");
    // CHECK: child: child, 6000, child 2999
    report("child");
    // CHECK-NEXT: alone: 1 alive: 0
    printf("alone: %d alive: %d\n", RTEST(rb_thread_alone()),
           RTEST(rb_funcall(thread, rb_intern("alive?"), 0)));
    fflush(stdout);
    thread = Qnil;
    for (int i = 0; i < 3; i++)
      rb_gc_start();
    _exit(0);
  }
  wait_for(child);
  // CHECK-NEXT: parent: parent, 3000, parent 2999
  report("parent");
  // CHECK-NEXT: region child: region child, 6000, region child 2999
  // JUDGED-NEXT: R1.a: read of 8 by code in fork_in_region
  rb_thread_call_without_gvl(fork_in_region, (void *)list, NULL, NULL);
  change("again");
  // CHECK-NEXT: parent: again, 6000, again 2999
  report("parent");
  stop = 1;
  rb_funcall(thread, rb_intern("join"), 0);
  return Qnil;
}

void Init_example(void) { rb_define_global_function("run", run, 0); }
