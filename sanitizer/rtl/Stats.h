//===- Stats.h - What a run looked at ---------------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Counters, so that a run which found nothing can say what it looked at. Any
/// thread; async-signal-safe.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_STATS_H
#define GVLSAN_STATS_H

#include "sanitizer_common/sanitizer_atomic.h"
#include "sanitizer_common/sanitizer_common.h"

namespace gvlsan {

using namespace __sanitizer;

class Counter {
public:
  void add(uptr N = 1) { atomic_fetch_add(&Value, N, memory_order_relaxed); }
  void reset() { atomic_store_relaxed(&Value, 0); }
  uptr get() const { return atomic_load_relaxed(&Value); }

private:
  atomic_uintptr_t Value;
};

struct Stats {
#define GVLSAN_COUNTER(Name, Json, Text) Counter Name;
#include "Stats.inc"

  void reset();
};

Stats &stats();

/// Writes the summary that `stats` asks for.
void printStats();

/// The same as one line of JSON, with its newline.
void printJsonStats(InternalScopedString &Out);

} // namespace gvlsan

#endif // GVLSAN_STATS_H
