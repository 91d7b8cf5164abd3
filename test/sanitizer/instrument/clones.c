// Intent: every function gets a checked clone; the original only asks which one to run, where it can be entered from outside.
// REQUIRES: sanitizer
// RUN: %cc -O1 -fPIC -fno-inline -S -emit-llvm -fpass-plugin=%libdir/libgvlsan-pass.so %s -o %t.ll
// RUN: FileCheck %s --input-file=%t.ll
#include <stdarg.h>

struct point {
  long x, y;
};

// CHECK-LABEL: define {{.*}} @exported(
// CHECK: (ptr @__gvlsan_without_gvl)
// CHECK-NEXT: load i8,
// CHECK: musttail call {{.*}} @exported.nogvl(
// CHECK-NOT: __gvlsan_check
// CHECK: call {{.*}} @helper(
long exported(struct point *point);

// Only called directly: its callers have chosen.
// CHECK-LABEL: define internal {{.*}} @helper(
// CHECK-NOT: __gvlsan
static long helper(struct point *point) { return point->x + point->y; }

long exported(struct point *point) {
  point->x = 1;
  return helper(point);
}

// Nothing but its own frame.
// CHECK-LABEL: define {{.*}} @local_only(
long local_only(int n) {
  volatile long numbers[4] = {1, 2, 3, 4};
  return numbers[n & 3];
}

// The arguments cannot be handed on, so it is checked in place.
// CHECK-LABEL: define {{.*}} @variadic(
// CHECK-NOT: @variadic.nogvl
// CHECK: call {{.*}}void @__gvlsan_check_read(
long variadic(struct point *point, ...) {
  va_list list;
  va_start(list, point);
  long sum = point->x + va_arg(list, long);
  va_end(list);
  return sum;
}

// The table names blocks of the original, so it is checked in place.
// CHECK-LABEL: define {{.*}} @dispatch(
// CHECK: call {{.*}}void @__gvlsan_check_read(
long dispatch(struct point *point, int i) {
  static void *const labels[] = {&&first, &&second};
  goto *labels[i];
first:
  return point->x;
second:
  return point->y;
}

// CHECK-LABEL: define internal {{.*}} @exported.nogvl(
// CHECK: call {{.*}}void @__gvlsan_check_write(
// CHECK: call {{.*}} @helper.nogvl(
// Two fields of one struct, one check.
// CHECK-LABEL: define internal {{.*}} @helper.nogvl(
// CHECK: call {{.*}}void @__gvlsan_check_read({{.*}}, i64 16)
// CHECK-NOT: call {{.*}}void @__gvlsan_check_read(
// CHECK-LABEL: define internal {{.*}} @local_only.nogvl(
// CHECK-NOT: __gvlsan_check
// CHECK: }
