// Intent: the Clang static analyzer has the rules as package ruby.gvl, and shows a finding's story as its path.
// RUN: rm -rf %t && mkdir %t
// RUN: %cc --analyze -Xclang -load -Xclang %plugin -Xclang -analyzer-checker=ruby.gvl %ruby_cflags %s --analyzer-output text 2> %t/text
// RUN: FileCheck %s < %t/text
// RUN: %cc -cc1 -load %plugin -analyzer-checker-help | FileCheck %s --check-prefix=LIST
// LIST-DAG: ruby.gvl.ApiCall
// LIST-DAG: ruby.gvl.Guard
// LIST-DAG: ruby.gvl.HeapAccess
// LIST-DAG: ruby.gvl.KernelAccess
// LIST-DAG: ruby.gvl.Mark
// LIST-DAG: ruby.gvl.Owner
// LIST-DAG: ruby.gvl.Root
//
// One family by itself; none of it with the package off.
// RUN: %cc --analyze -Xclang -load -Xclang %plugin -Xclang -analyzer-checker=ruby.gvl.KernelAccess %ruby_cflags %s -o %t/out.plist 2>&1 | FileCheck %s --check-prefix=ONE --implicit-check-not=R1.b
// ONE: [K1] [ruby.gvl.KernelAccess]
// RUN: %cc --analyze -Xclang -load -Xclang %plugin %ruby_cflags %s -o %t/out.plist 2>&1 | count 0
//
// -fplugin loads it as well, and says nothing twice.
// RUN: %cc --analyze -fplugin=%plugin -Xclang -analyzer-checker=ruby.gvl %ruby_cflags %s -o %t/out.plist 2>&1 | grep -c 'warning: .*R1.b' | FileCheck %s --check-prefix=TWICE
// TWICE: {{^1$}}
//
// RUN: not %cc --analyze -Xclang -load -Xclang %plugin -Xclang -analyzer-checker=ruby.gvl -Xclang -analyzer-config -Xclang ruby.gvl:Profile=lax %ruby_cflags %s -o %t/out.plist 2>&1 | FileCheck %s --check-prefix=PROFILE
// PROFILE: error: 'lax' is no profile; practical, strict and bounce are, in '-analyzer-config ruby.gvl:Profile=...'
//
// Property lists, which CodeChecker and Xcode read, and SARIF have the path.
// RUN: %cc --analyze -Xclang -load -Xclang %plugin -Xclang -analyzer-checker=ruby.gvl %ruby_cflags %s --analyzer-output plist -o %t/out.plist 2>/dev/null
// RUN: python3 %S/Inputs/show-plist.py %t/out.plist | FileCheck %s --check-prefix=PLIST
// PLIST: ruby.gvl.KernelAccess in writes
// PLIST-NEXT: type: K1: kernel-mode access to a heap page without the GVL
// PLIST-NEXT: the owner is made here
// PLIST-NEXT: the pointer is taken here
// PLIST-NEXT: the GVL is released here, for 'writes'
// PLIST-NEXT: {{.*}} [K1]
// RUN: %cc --analyze -Xclang -load -Xclang %plugin -Xclang -analyzer-checker=ruby.gvl %ruby_cflags %s --analyzer-output sarif -o %t/out.sarif 2>/dev/null
// RUN: python3 -c "import json; [print(r['ruleId'], len(r['codeFlows'][0]['threadFlows'][0]['locations'])) for r in json.load(open('%t/out.sarif'))['runs'][0]['results']]" | FileCheck %s --check-prefix=SARIF
// SARIF: ruby.gvl.HeapAccess 2
// SARIF: ruby.gvl.KernelAccess 4
#include <ruby.h>
#include <ruby/thread.h>
#include <unistd.h>

static void *region(void *data) {
  VALUE v = (VALUE)data;
  long n = RSTRING_LEN(v); // NOLINT
  // CHECK: analyzer.c:[[@LINE+2]]:8: warning: RSTRING_LEN looks into the object's slot without the GVL [R1.b] [ruby.gvl.HeapAccess]
  // CHECK: analyzer.c:[[@LINE+12]]:3: note: the GVL is released here, for 'region'
  n += RSTRING_LEN(v);
  return (void *)n;
}

static void *writes(void *bytes) {
  // CHECK: analyzer.c:[[@LINE+1]]:27: warning: {{.*}} [K1] [ruby.gvl.KernelAccess]
  return (void *)write(1, bytes, 1);
}

VALUE run(VALUE self, VALUE v) {
  VALUE made = rb_str_buf_new(10);
  rb_thread_call_without_gvl(region, (void *)v, RUBY_UBF_IO, NULL);
  rb_thread_call_without_gvl(writes, RSTRING_PTR(made), RUBY_UBF_IO, NULL);
  return made;
}
// CHECK: 2 warnings generated.
