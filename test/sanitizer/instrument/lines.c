// Intent: an access that the optimizer has moved out of its loop is reported at the line of its statement.
// RUN: %gvlsan cc -O1 -g -S -emit-llvm %s -o - | FileCheck %s

struct sum {
  long total;
};

// CHECK: define {{.*}}@add_up.nogvl(
// CHECK: call {{.*}}@__gvlsan_check_read({{.*}}), !dbg ![[READ:[0-9]+]]
// CHECK: call {{.*}}@__gvlsan_check_write({{.*}}), !dbg ![[READ]]
// CHECK: ![[READ]] = !DILocation(line: [[@LINE+3]],
void *add_up(struct sum *sum, const int *numbers, int count) {
  for (int i = 0; i < count; i++)
    sum->total += i * (long)count;
  return 0;
}
