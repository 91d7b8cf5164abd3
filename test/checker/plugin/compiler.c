// Intent: the compiler itself warns of what gvlsan check finds, at the same places, and still makes its object file.
// RUN: rm -rf %t && mkdir %t
// RUN: %cc -fplugin=%plugin %ruby_cflags -c %s -o %t/out.o 2> %t/compiler
// RUN: test -s %t/out.o
// RUN: FileCheck %s < %t/compiler
// RUN: not %gvlsan check %s -- %ruby_cflags 2>/dev/null | %places > %t/check
// RUN: cat %t/compiler | %places > %t/places && test -s %t/places && diff %t/check %t/places
//
// It never holds code of clang-tidy, which no compiler has.
// RUN: not sh -c "llvm-nm -DC %plugin | grep clang::tidy"
//
// -Werror stops the build as it does for any warning, -w silences, and werror promotes these alone.
// RUN: not %cc -fplugin=%plugin -Werror -Wno-default-const-init-field-unsafe -Wno-unknown-warning-option %ruby_cflags -c %s -o %t/none.o 2>&1 | FileCheck %s --check-prefix=ERROR
// RUN: not test -e %t/none.o
// RUN: not %cc -fplugin=%plugin -fplugin-arg-gvlsan-werror %ruby_cflags -c %s -o %t/none.o 2>&1 | FileCheck %s --check-prefix=ERROR
// RUN: %cc -fplugin=%plugin -w %ruby_cflags -c %s -o %t/quiet.o 2>&1 | count 0
// ERROR: compiler.c:{{[0-9]+}}:{{[0-9]+}}: error: {{.*}}[R1.b]
//
// Preprocessing, assembling and linking are left alone.
// RUN: %cc -fplugin=%plugin -E %ruby_cflags %s -o %t/out.i 2>&1 | count 0
// RUN: %cc -fplugin=%plugin -Werror -shared %t/out.o -o %t/out.so 2>&1 | count 0
//
// RUN: %cc -fplugin=%plugin -fplugin-arg-gvlsan-profile=bounce %ruby_cflags -fsyntax-only %s 2>&1 | FileCheck %s --check-prefix=BOUNCE
// RUN: not %cc -fplugin=%plugin -fplugin-arg-gvlsan-profile=lax %ruby_cflags -fsyntax-only %s 2>&1 | FileCheck %s --check-prefix=PROFILE
// PROFILE: error: gvlsan plugin: 'lax' is no profile; practical, strict and bounce are, in '-fplugin-arg-gvlsan-profile=lax'
// RUN: not %cc -fplugin=%plugin -fplugin-arg-gvlsan-ruby=new %ruby_cflags -fsyntax-only %s 2>&1 | FileCheck %s --check-prefix=RUBY
// RUBY: error: gvlsan plugin: 'new' is not a version of Ruby; 3.3 is, in '-fplugin-arg-gvlsan-ruby=new'
// RUN: not %cc -fplugin=%plugin -fplugin-arg-gvlsan-colour=red %ruby_cflags -fsyntax-only %s 2>&1 | FileCheck %s --check-prefix=OPTION
// OPTION: error: gvlsan plugin: there is no option 'colour', in '-fplugin-arg-gvlsan-colour=red'
//
// A file that does not compile gets the compiler's errors, and no findings.
// RUN: not %cc -fplugin=%plugin %ruby_cflags -DBROKEN -fsyntax-only %s 2>&1 | FileCheck %s --check-prefix=BROKEN --implicit-check-not=R1.b
// BROKEN: error: {{.*}}undeclared
#include <ruby.h>
#include <ruby/thread.h>

static void *region(void *data) {
  VALUE v = (VALUE)data;
  long n = RSTRING_LEN(v); // NOLINT(ruby-gvl-heap-access)
  // CHECK: :[[@LINE+1]]:8: warning: RSTRING_LEN looks into the object's slot without the GVL [R1.b]
  n += RSTRING_LEN(v);
  // CHECK: :[[@LINE+18]]:17: note: the GVL is released here, for 'region'
  return (void *)n;
}

static void *fill(void *data) {
  // Told apart from the String that owns it only where every byte must be copied.
  // BOUNCE: :[[@LINE+1]]:3: warning: {{.*}}[R1.c]
  ((char *)data)[0] = 0;
  return NULL;
}

VALUE run(VALUE self, VALUE v) {
#ifdef BROKEN
  undeclared();
#endif
  VALUE big = rb_str_buf_new(100000);
  rb_thread_call_without_gvl(fill, RSTRING_PTR(big), RUBY_UBF_IO, NULL);
  RB_GC_GUARD(big);
  return (VALUE)rb_thread_call_without_gvl(region, (void *)v, RUBY_UBF_IO, NULL);
}
// CHECK-NOT: warning: {{.*}}[R
