// Intent: findings as JSON lines that end with the summary record, the statistics, and the state at a finding.
// RUN: not %gvlsan check --format=json %s -- %ruby_cflags 2>/dev/null > %t.json
// RUN: python3 -c "import json,sys; [json.loads(l) for l in open('%t.json')]"
// RUN: FileCheck %s --check-prefix=JSON < %t.json
// JSON: {"rule":"R1.e","severity":"warning","tool":"checker","file":"{{.*}}output.c","line":23,"column":{{[0-9]+}},"function":"region","message":"{{.*}}","missing":"kernel-safe","notes":[{"file":"{{.*}}","line":{{[0-9]+}},"column":{{[0-9]+}},"message":"{{.*}}"}{{.*}}],"fingerprint":"{{[0-9a-f]+}}"}
// JSON-NEXT: {"summary":{"findings":1,"by_rule":{"R1.e":1},"suppressed":0,{{.*}}"files":1,"files_not_analysed":0,{{.*}}"regions":1,
// RUN: not %gvlsan check --stats %s -- %ruby_cflags 2>/dev/null | FileCheck %s --check-prefix=STATS
// STATS: What was looked at:
// STATS: regions 1
// STATS: callbacks resolved 1
// STATS: R1.e: 1 finding
// RUN: not %gvlsan check --explain %s -- %ruby_cflags 2>/dev/null | FileCheck %s --check-prefix=EXPLAIN
// EXPLAIN: note: the abstract state here (missing: kernel-safe):
// EXPLAIN: lock: released
// EXPLAIN: data: bytes of 'text'
// RUN: echo 'int nothing;' > %t.c
// RUN: %gvlsan check --stats %t.c -- 2>&1 | FileCheck %s --check-prefix=NOTHING
// NOTHING: No region was found: the R1 rules, R2.a and K1 had nothing to judge.
#include <ruby.h>
#include <ruby/thread.h>

static void *region(void *data) {
  return (void *)(long)((char *)data)[0];
}

VALUE run(VALUE self, VALUE text) {
  return (VALUE)rb_thread_call_without_gvl(region, RSTRING_PTR(text),
                                           RUBY_UBF_IO, NULL);
}
