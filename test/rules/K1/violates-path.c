// Intent: a path is a buffer too: the kernel reads it.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <fcntl.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <sys/stat.h>

static void *exists(void *data) {
  const char *path = data;
  struct stat status;
  // Violates K1: the path of any short string lies in its slot.
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}[K1]
  return (void *)(long)(stat(path, &status) == 0);
}

static VALUE file_exists(VALUE self, VALUE path) {
  void *found = rb_thread_call_without_gvl(exists, StringValueCStr(path),
                                           RUBY_UBF_IO, NULL);
  RB_GC_GUARD(path);
  return found ? Qtrue : Qfalse;
}

static VALUE run(VALUE self) {
  static char root[] = "/";
  VALUE found =
      rb_funcall(self, rb_intern("file_exists"), 1, rb_str_new_cstr(root));
  printf("found: %s\n", RTEST(found) ? "yes" : "no");
  fflush(stdout);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("file_exists", file_exists, 1);
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: K1: 
// HEAP: by stat
// HEAP: SUMMARY: GvlSanitizer: K1 
// HEAP: exit: 66
// RUBY: ERROR: GvlSanitizer: K1: 
// RUBY: by stat
// RUBY: SUMMARY: GvlSanitizer: K1 
// RUBY: exit: 66
