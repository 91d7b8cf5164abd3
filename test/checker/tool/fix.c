// Intent: what is mechanical is offered as an edit, in every front end that can take one, and the code is right with it.
// RUN: rm -rf %t && mkdir %t && cp %s %t/fix.c
// RUN: not %gvlsan check %t/fix.c -- %ruby_cflags 2>/dev/null | FileCheck %s
// RUN: not %gvlsan check --format=json %t/fix.c -- %ruby_cflags 2>/dev/null | FileCheck %s --check-prefix=JSON
// JSON: "rule":"R2.a"{{.*}}"edits":[{"file":"{{.*}}fix.c","line":34,"column":69,"insert":"\n  RB_GC_GUARD(text);"}]
// RUN: not %gvlsan check --format=sarif %t/fix.c -- %ruby_cflags 2>/dev/null > %t/out.sarif
// RUN: %source/test/tools/check-sarif %t/out.sarif
// RUN: FileCheck %s --check-prefix=SARIF < %t/out.sarif
// SARIF: "insertedContent": {
// SARIF-NEXT: "text": "\n  RB_GC_GUARD(text);"
// RUN: not %gvlsan check --format=html %t/fix.c -- %ruby_cflags 2>/dev/null | FileCheck %s --check-prefix=HTML
// HTML: fix.c:34: <code>RB_GC_GUARD(text);</code>
//
// clang-tidy applies them. What is left needs a person: nothing can stand behind a return, or between an if and its else.
// RUN: %clang_tidy -checks='-*,ruby-*' --fix %t/fix.c -- %ruby_cflags > /dev/null 2>&1
// RUN: not %gvlsan check %t/fix.c -- %ruby_cflags 2>/dev/null | FileCheck %s --check-prefix=AFTER --implicit-check-not="error: " --implicit-check-not="warning: "
// AFTER: fix.c:{{[0-9]+}}:{{[0-9]+}}: error: {{.*}} [R2.a]
// AFTER: fix.c:{{[0-9]+}}:{{[0-9]+}}: error: {{.*}} [R2.a]
// RUN: FileCheck %s --check-prefix=FIXED < %t/fix.c
#include <ruby.h>
#include <ruby/thread.h>

static void *region(void *data) {
  volatile char *bytes = data;
  bytes[4096]++;
  return NULL;
}

VALUE guarded_by_the_edit(VALUE self) {
  VALUE text = rb_str_buf_new(100000);
  // CHECK: :[[@LINE+3]]:3: error: {{.*}} [R2.a]
  // FIXED: rb_thread_call_without_gvl(region, RSTRING_PTR(text), NULL, NULL);
  // FIXED-NEXT: RB_GC_GUARD(text);
  rb_thread_call_without_gvl(region, RSTRING_PTR(text), NULL, NULL);
  return Qnil;
}

VALUE used_after_a_collection(VALUE self) {
  VALUE text = rb_str_buf_new(100000);
  char *bytes = RSTRING_PTR(text);
  rb_gc_start();
  // CHECK: [G1]
  // FIXED: bytes[0] = 1;
  // FIXED-NEXT: RB_GC_GUARD(text);
  bytes[0] = 1;
  return Qnil;
}

VALUE behind_a_return(VALUE self) {
  VALUE text = rb_str_buf_new(100000);
  // CHECK: :[[@LINE+1]]:17: error: {{.*}} [R2.a]
  return (VALUE)rb_thread_call_without_gvl(region, RSTRING_PTR(text), NULL, NULL);
}

VALUE before_an_else(VALUE self, VALUE flag) {
  VALUE text = rb_str_buf_new(100000);
  if (RTEST(flag))
    // CHECK: :[[@LINE+1]]:5: error: {{.*}} [R2.a]
    rb_thread_call_without_gvl(region, RSTRING_PTR(text), NULL, NULL);
  else
    rb_gc_start();
  return Qnil;
}
