// Intent: code under the lock, inside the region, grows the String; the region goes on with the old pointer.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <string.h>

struct job {
  VALUE string;
  char *bytes;
};

static void *grow(void *data) {
  struct job *job = data;
  rb_str_modify_expand(job->string, 100000);
  return NULL;
}

static void *fill(void *data) {
  struct job *job = data;
  memset(job->bytes, 'a', 1000);
  rb_thread_call_with_gvl(grow, job);
  // Violates R2.b: growing may have freed the buffer that `bytes` points to.
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}before code with the GVL changed the owner [R2.b]
  memset(job->bytes, 'b', 1000);
  return NULL;
}

static VALUE run(VALUE self) {
  VALUE string = rb_str_tmp_new(4096);
  struct job job = {string, RSTRING_PTR(string)};
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(string);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: R2.b: 
// HEAP: WRITE of size
// HEAP: SUMMARY: GvlSanitizer: R2.b 
// HEAP: exit: 66
// RUBY: ERROR: GvlSanitizer: R2.b: 
// RUBY: WRITE of size 1000 at 0x[[AT:[0-9a-f]+]] (user mode, by memset)
// RUBY: 0x[[AT]] is 0 bytes inside a left buffer of 41{{[0-9]+}} bytes, which the VM replaced by another in thread T0 during the region
// RUBY: SUMMARY: GvlSanitizer: R2.b {{.*}}violates-grown-inside.c:27:
// RUBY: exit: 66
