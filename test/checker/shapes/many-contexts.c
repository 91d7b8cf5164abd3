// Intent: where a function of C's own is called in many ways by a region, the numbers it is given still
// decide which of its ways are taken.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>
#include <stdlib.h>

struct table {
  int *rows[8];
  long used;
};

static int *grow(int **rows, long more, int loud) {
  if (loud)
    rb_warn("growing by %ld", more);
  return *rows = realloc(*rows, more * sizeof(int));
}

static int *grow_loudly(int **rows, long more, int loud) {
  if (loud)
    // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: rb_warn is called without the GVL
    rb_warn("growing by %ld", more);
  return *rows = realloc(*rows, more * sizeof(int));
}

// What a call leaves behind is not taken for what was there before.
static void finish(struct table *table, int loud) {
  if (table->used < 0 && loud)
    rb_warn("finished");
}

static void *fill(void *data) {
  struct table *table = data;
  grow(&table->rows[0], 1, 0);
  grow(&table->rows[1], 2, 0);
  grow(&table->rows[2], 3, 0);
  grow(&table->rows[3], 4, 0);
  grow(&table->rows[4], 5, 0);
  grow(&table->rows[5], 6, 0);
  grow(&table->rows[6], 7, 0);
  grow_loudly(&table->rows[0], 1, 0);
  grow_loudly(&table->rows[1], 2, 0);
  grow_loudly(&table->rows[2], 3, 0);
  grow_loudly(&table->rows[3], 4, 0);
  grow_loudly(&table->rows[4], 5, 0);
  grow_loudly(&table->rows[5], 6, 0);
  grow_loudly(&table->rows[6], 7, 1);
  finish(table, 0);
  return table;
}

VALUE run(VALUE self) {
  struct table table = {{NULL}, 0};
  rb_thread_call_without_gvl(fill, &table, RUBY_UBF_IO, NULL);
  return self;
}
// STATIC: exit: 1
