//===- Stats.cpp - What a run looked at -----------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Stats.h"

#include "ApiCalls.h"
#include "Extensions.h"
#include "Flags.h"
#include "Heap.h"
#include "JsonWriter.h"

#include "sanitizer_common/sanitizer_posix.h"

namespace gvlsan {

static Stats TheStats;

Stats &stats() { return TheStats; }

void Stats::reset() {
#define GVLSAN_COUNTER(Name, Json, Text) Name.reset();
#include "Stats.inc"
}

namespace {
/// What is not counted but asked for in the end.
struct Totals {
  uptr PagesNow = 0, Pages = 0;
  uptr ApiChecked = 0, Api = 0;
  uptr ImportSlots = 0, Patched = 0, Instrumented = 0;

  Totals() {
    heap()->CountPages(PagesNow, Pages);
    countApi(ApiChecked, Api);
    for (u32 I = 0; I < numExtensions(); ++I) {
      const Extension &E = extension(I);
      ImportSlots += E.Checked;
      Patched += E.Checked != 0;
      Instrumented += E.IsInstrumented;
    }
  }
};
} // namespace

/// One line for each extension that the VM is not shipped with, and one when
/// there was nothing to judge.
static void printExtensions() {
  u32 Listed = 0;
  for (u32 I = 0; I < numExtensions(); ++I) {
    const Extension &E = extension(I);
    if (E.IsVms)
      continue;
    ++Listed;
    const char *Why = whyNotCovered(E);
    Report("GvlSanitizer stats: %s: %s%s%s\n", E.Path, coverage(E),
           Why ? "; " : "", Why ? Why : "");
  }
  if (!Listed && heap()->SeesRegions)
    Report("GvlSanitizer stats: no extension was loaded but Ruby's own\n");
  else if (heap()->SeesRegions && !TheStats.Regions.get())
    Report("GvlSanitizer stats: no code ran without the lock: the rules R1 and "
           "K1 had nothing to judge\n");
}

void printStats() {
  if (!heap()) {
    // Others read what helpers write on stderr.
    if (static_cast<int>(internal_getpid()) == flags().root_pid || Verbosity())
      Report("GvlSanitizer stats: no heap in this process, nothing checked\n");
    return;
  }
  Totals T;
  InternalScopedString Line;
  Line.AppendF("heap %s, pages %zu (%zu over the run)", heap()->Name,
               T.PagesNow, T.Pages);
#define GVLSAN_COUNTER(Name, Json, Text)                                       \
  if (&TheStats.Name == &TheStats.Reports)                                     \
    Line.AppendF(", API functions checked %zu of %zu in %zu import slots of "  \
                 "%zu libraries, instrumented libraries %zu",                  \
                 T.ApiChecked, T.Api, T.ImportSlots, T.Patched,                \
                 T.Instrumented);                                              \
  Line.AppendF(", %s %zu", Text, TheStats.Name.get());
#include "Stats.inc"
  Report("GvlSanitizer stats: %s\n", Line.data());
  printExtensions();
}

void printJsonStats(InternalScopedString &Out) {
  JsonWriter W(Out);
  W.open('{');
  W.key("summary").open('{');
  W.key("tool").string("sanitizer");
  W.key("pid").number(internal_getpid());
  W.key("heap").string(heap() ? heap()->Name : nullptr);
  if (heap()) {
    Totals T;
    W.key("pages").number(T.Pages);
#define GVLSAN_COUNTER(Name, Json, Text)                                       \
  W.key(Json).number(TheStats.Name.get());
#include "Stats.inc"
    W.key("import_slots").number(T.ImportSlots);
    // Not sums: the same in every process.
    W.key("api").open('{');
    char Covered[48];
    internal_snprintf(Covered, sizeof(Covered), "%zu of %zu", T.ApiChecked,
                      T.Api);
    W.key("functions_checked").string(Covered);
    W.close('}');
    W.key("extensions").open('[');
    for (u32 I = 0; I < numExtensions(); ++I) {
      const Extension &E = extension(I);
      W.open('{');
      W.key("file").string(E.Path);
      W.key("shipped").boolean(E.IsVms);
      W.key("coverage").string(coverage(E));
      W.key("why").string(whyNotCovered(E));
      W.key("imports_checked").number(E.Checked);
      W.close('}');
    }
    W.close(']');
  }
  W.close('}');
  W.close('}');
  Out.Append("\n");
}

} // namespace gvlsan
