// Intent: whether an object may be the heap's is asked once for each pointer that a function gets, outside of its loops; what cannot be the heap's costs nothing.
// REQUIRES: sanitizer
// RUN: %cc -O2 -fPIC -fno-unroll-loops -fno-vectorize -fno-slp-vectorize -S -emit-llvm -fpass-plugin=%libdir/libgvlsan-pass.so %s -o %t.ll
// RUN: FileCheck %s --input-file=%t.ll
#include <stdlib.h>
#include <string.h>

long opaque(void *p);

// The bounds are read once, the argument is asked about once; the loop only looks at the answer.
// CHECK-LABEL: define internal {{.*}} @sum.nogvl(
// CHECK-COUNT-2: load i64, {{.*}}@__gvlsan_heap_bounds
// CHECK-NOT: load i64, {{.*}}@__gvlsan_heap_bounds
// One past the end counts: an object may end where its pointer points to.
// CHECK: icmp ule i64
// CHECK: call {{.*}} @__gvlsan_may_be_heap(
// CHECK-NOT: @__gvlsan_may_be_heap
// CHECK: br i1 %[[FLAG:[0-9]+]], label
// CHECK: call {{.*}} @__gvlsan_check_read(i64 {{.*}}, i64 1)
// CHECK-NOT: @__gvlsan
// CHECK: }
long sum(const unsigned char *bytes, long size) {
  long total = 0;
  for (long i = 0; i < size; i++)
    total += bytes[i];
  return total;
}

// One branch for the accesses of a block, each judged by itself behind it.
// CHECK-LABEL: define internal {{.*}} @swap.nogvl(
// CHECK: call {{.*}} @__gvlsan_check_read(
// CHECK-NEXT: {{add|ptrtoint|call}}
// CHECK: call {{.*}} @__gvlsan_check_write(
// CHECK-NOT: @__gvlsan_check
// CHECK: }
void swap(long *pair) {
  long first = pair[0];
  pair[0] = pair[1];
  pair[1] = first;
}

// The bounds are read again after a call, for the pointer that comes from then on.
// CHECK-LABEL: define internal {{.*}} @after.nogvl(
// CHECK: load i64, {{.*}}@__gvlsan_heap_bounds
// CHECK: call {{.*}} @opaque(
// CHECK: load i64, {{.*}}@__gvlsan_heap_bounds
// CHECK: }
long after(long **list) {
  long first = *list[0];
  return first + opaque(list) + *list[1];
}

// Either pointer: the answer is the one of that which is used.
// CHECK-LABEL: define internal {{.*}} @either.nogvl(
// CHECK: select i1 %{{[0-9]+}}, i1
// CHECK: }
long either(int which, long *a, long *b) {
  long *p = which ? a : b;
  long total = 0;
  while (*p)
    total += *p++;
  return total;
}

// Fresh C memory, locals, constants.
// CHECK-LABEL: define internal {{.*}} @own.nogvl(
// CHECK-NOT: @__gvlsan
// CHECK: }
long own(int which) {
  static const long table[4] = {1, 2, 3, 4};
  long local[4] = {5, 6, 7, 8};
  opaque(local);
  const long *p = which & 1 ? table : local;
  long *fresh = malloc(sizeof(table));
  if (!fresh)
    return 0;
  fresh[0] = p[which & 3];
  return opaque(fresh) + fresh[0];
}
