//===- Programs.h - What the benchmarks share -------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_BENCH_PROGRAMS_H
#define RHEAP_BENCH_PROGRAMS_H

#include <ruby.h>

#include <benchmark/benchmark.h>

namespace heapbench {

/// Processor time of this process, all threads: what else the machine does is
/// not in it.
double seconds();

/// GC.compact, which collects as well.
void compactHeap();

/// An array of \p Live short strings, every second slot between them free at
/// the next collection.
VALUE makeFragmented(long Live);

/// Those that only the runtime heap can run; none with a stock Ruby.
void registerBarrierBenchmarks();

} // namespace heapbench

#endif // RHEAP_BENCH_PROGRAMS_H
