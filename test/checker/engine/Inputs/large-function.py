"""usage: large-function.py N

Prints a C file with a function of N branches before a region, and a small function with a finding.
"""
import sys

print("#include <ruby.h>")
print("#include <ruby/thread.h>")
print("static void *collect(void *unused) { rb_gc_start(); return NULL; }")
print("static void *nothing(void *unused) { return unused; }")
print("void small(void) { rb_thread_call_without_gvl(collect, NULL, RUBY_UBF_IO, NULL); }")
print("int too_large(int a) {\n  int b = 0;")
for i in range(int(sys.argv[1])):
    print(f"  if (a > {i}) b++;")
print("  rb_thread_call_without_gvl(nothing, NULL, RUBY_UBF_IO, NULL);\n  return b;\n}")
