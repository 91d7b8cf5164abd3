//===- Stats.cpp - What a run looked at -----------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Stats.h"

#include "ApiCalls.h"
#include "Flags.h"
#include "Heap.h"

#include "sanitizer_common/sanitizer_posix.h"

namespace gvlsan {

static Stats TheStats;

Stats &stats() { return TheStats; }

void Stats::reset() {
  Counter *const All[] = {&Calls,      &Ranges, &HeapRanges,  &Reports,
                          &Suppressed, &Hidden, &Deduplicated};
  for (Counter *C : All)
    C->reset();
}

void printStats() {
  const Stats &S = TheStats;
  if (!heap()) {
    // Others read what helpers write on stderr.
    if (static_cast<int>(internal_getpid()) == flags().root_pid || Verbosity())
      Report("GvlSanitizer stats: no heap in this process, nothing checked\n");
    return;
  }
  uptr Now = 0, Total = 0;
  heap()->CountPages(Now, Total);
  uptr Covered = 0, All = 0;
  countApi(Covered, All);
  Report("GvlSanitizer stats: heap %s, pages %zu (%zu over the run), calls "
         "checked %zu, ranges checked %zu, string ranges in the heap without "
         "the lock %zu, API functions checked %zu of %zu in %zu import slots "
         "of %zu libraries, instrumented libraries %zu, reports %zu, "
         "suppressed %zu, hidden %zu, "
         "deduplicated %zu\n",
         heap()->Name, Now, Total, S.Calls.get(), S.Ranges.get(),
         S.HeapRanges.get(), Covered, All, S.ImportSlots.get(),
         S.PatchedModules.get(), S.InstrumentedModules.get(), S.Reports.get(),
         S.Suppressed.get(), S.Hidden.get(), S.Deduplicated.get());
}

} // namespace gvlsan
