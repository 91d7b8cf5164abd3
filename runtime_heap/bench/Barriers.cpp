//===- Barriers.cpp - What each barrier design costs ----------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Programs.h"

#ifndef HEAPBENCH_RUNTIME_HEAP

void heapbench::registerBarrierBenchmarks() {}

#else

#include "rheap/internal.h"

#include <algorithm>
#include <cmath>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <vector>

using namespace heapbench;

namespace {

/// A program that reads references all the time, while no compaction is under
/// way: a walk through an array of arrays of strings.
void reading(benchmark::State &State) {
  VALUE Outer = rb_ary_new();
  for (int I = 0; I < 300; ++I) {
    VALUE Inner = rb_ary_new();
    for (int J = 0; J < 100; ++J)
      rb_ary_push(Inner, rb_str_new("text", 4));
    rb_ary_push(Outer, Inner);
  }
  for (auto _ : State) {
    long Sum = 0;
    for (long I = 0; I < 300; ++I) {
      VALUE Inner = RARRAY_AREF(Outer, I);
      for (long J = 0; J < 100; ++J)
        Sum += RSTRING_LEN(RARRAY_AREF(Inner, J));
    }
    benchmark::DoNotOptimize(Sum);
  }
  State.SetItemsProcessed(State.iterations() * 30300);
  RB_GC_GUARD(Outer);
}

enum class Kind { Load, Write };

/// Accesses to pinned strings, each on another page that objects have left.
struct Traps {
  Kind How;
  std::vector<char *> Bytes;
  int Null;
  double Seconds;
  bool Failed;
};

void touchAll(void *Data) {
  auto *T = static_cast<Traps *>(Data);
  double Start = seconds();
  for (char *P : T->Bytes) {
    if (T->How == Kind::Load)
      benchmark::DoNotOptimize(*static_cast<volatile char *>(P));
    else if (write(T->Null, P, 4) < 0)
      T->Failed = true;
  }
  T->Seconds = seconds() - Start;
}

constexpr long TrapPages = 40, SlotsOfPage = 1638;

void trapped(benchmark::State &State, Kind How) {
  std::vector<VALUE> Pinned(TrapPages, Qnil);
  for (VALUE &V : Pinned)
    rb_gc_register_address(&V);
  VALUE Kept = rb_ary_new();
  // /dev/null does not look at the bytes.
  int Pipe[2];
  if (pipe(Pipe) != 0)
    rb_sys_fail("pipe");
  for (auto _ : State) {
    rb_ary_clear(Kept);
    rb_gc_disable();
    for (int I = 0; I < 2 * TrapPages * SlotsOfPage; ++I) {
      VALUE V = rb_str_new("text", 4);
      if (I % 2)
        rb_ary_push(Kept, V);
    }
    for (VALUE &V : Pinned) {
      V = rb_str_new("text", 4);
      for (int I = 0; I < SlotsOfPage; ++I)
        rb_ary_push(Kept, rb_str_new("text", 4));
    }
    rb_gc_enable();
    Traps T = {How, {}, Pipe[1], 0, false};
    for (VALUE V : Pinned)
      T.Bytes.push_back(RSTRING_PTR(V));
    rheap_at_moved(touchAll, &T);
    size_t Healed = rheap_barrier_heal_count();
    rheap_compact();
    State.SetIterationTime(T.Seconds / TrapPages);
    State.counters["healed"] = double(rheap_barrier_heal_count() - Healed);
    State.counters["failed"] = T.Failed;
    char Bytes[4 * TrapPages];
    if (How == Kind::Write && !T.Failed &&
        read(Pipe[0], Bytes, sizeof(Bytes)) < 0)
      rb_sys_fail("read");
    for (VALUE &V : Pinned)
      V = Qnil;
  }
  for (VALUE &V : Pinned)
    rb_gc_unregister_address(&V);
  close(Pipe[0]);
  close(Pipe[1]);
  RB_GC_GUARD(Kept);
}

/// A compaction of a million objects in steps, with work between them: how
/// long the program stands still.
void steps(benchmark::State &State) {
  VALUE Kept = makeFragmented(long(State.range(0)));
  size_t Budget = size_t(State.range(1));
  std::vector<double> Pauses;
  for (auto _ : State) {
    for (int Done = 0; !Done;) {
      double Start = seconds();
      Done = rheap_compact_step(Budget);
      Pauses.push_back(seconds() - Start);
      for (int I = 0; I < 100; ++I)
        benchmark::DoNotOptimize(RSTRING_LEN(RARRAY_AREF(Kept, I * 37L)));
    }
  }
  State.counters["begin_us"] = Pauses.front() * 1e6;
  std::sort(Pauses.begin() + 1, Pauses.end());
  State.counters["steps"] = double(Pauses.size());
  State.counters["p50_us"] = Pauses[1 + (Pauses.size() - 1) / 2] * 1e6;
  State.counters["p99_us"] = Pauses[1 + (Pauses.size() - 2) / 100 * 99] * 1e6;
  State.counters["max_us"] = Pauses.back() * 1e6;
  // Each bin ends where the next power of two of microseconds begins.
  for (double P : Pauses)
    State
        .counters["below_us_" +
                  std::to_string(1L << std::max(0, std::ilogb(P * 1e6) + 1))]++;
  RB_GC_GUARD(Kept);
}

} // namespace

void heapbench::registerBarrierBenchmarks() {
  const char *Chosen = getenv("RHEAP_BARRIER");
  if (Chosen &&
      (std::string(Chosen) == "explicit" || std::string(Chosen) == "uffd"))
    benchmark::RegisterBenchmark("steps", steps)
        ->Args({1000000, 500})
        ->Args({1000000, 5000})
        ->Args({1000000, 50000})
        ->Iterations(1);
  benchmark::RegisterBenchmark("reading", reading);
  benchmark::RegisterBenchmark("trapped_load", trapped, Kind::Load)
      ->Iterations(3)
      ->UseManualTime();
  benchmark::RegisterBenchmark("trapped_write", trapped, Kind::Write)
      ->Iterations(3)
      ->UseManualTime();
}

#endif
