//===- Programs.cpp - One program for two heaps ---------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// An extension that is compiled against the runtime heap's headers and against
// those of a stock Ruby, and does the same in both through the C API: it makes
// objects, keeps some, collects and compacts. test/bench/heap runs the two in
// turn and compares. The global function `run` takes its options from
// HEAPBENCH, as Google Benchmark spells them.
//
//===----------------------------------------------------------------------===//

#include "Programs.h"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace heapbench {

double seconds() {
  timespec Now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &Now);
  return double(Now.tv_sec) + double(Now.tv_nsec) * 1e-9;
}

void compactHeap() {
  rb_funcall(rb_const_get(rb_cObject, rb_intern("GC")), rb_intern("compact"),
             0);
}

/// Pages that several mappings share count once.
double residentMegabytes() {
  std::ifstream In("/proc/self/smaps_rollup");
  for (std::string Line; std::getline(In, Line);)
    if (Line.rfind("Pss:", 0) == 0)
      return std::stod(Line.substr(4)) / 1024;
  return 0;
}

VALUE makeFragmented(long Live) {
  VALUE Kept = rb_ary_new_capa(Live);
  for (long I = 0; I < Live; ++I) {
    rb_ary_push(Kept, rb_str_new("kept bytes", 10));
    rb_str_new("dropped", 7);
  }
  return Kept;
}

} // namespace heapbench

using namespace heapbench;

namespace {

constexpr int Batch = 10000;
// Longer than every slot of Ruby 3.1, and shorter than the largest of later
// ones.
char Text[256];

void strings(benchmark::State &State) {
  long Size = long(State.range(0));
  for (auto _ : State)
    for (int I = 0; I < Batch; ++I)
      benchmark::DoNotOptimize(rb_str_new(Text, Size));
  State.SetItemsProcessed(State.iterations() * Batch);
}

void arrays(benchmark::State &State) {
  for (auto _ : State)
    for (int I = 0; I < Batch; ++I)
      benchmark::DoNotOptimize(
          rb_ary_new_from_args(3, INT2FIX(I), Qtrue, Qnil));
  State.SetItemsProcessed(State.iterations() * Batch);
}

void pushes(benchmark::State &State) {
  for (auto _ : State)
    for (int I = 0; I < Batch / 10; ++I) {
      VALUE A = rb_ary_new();
      for (int J = 0; J < 20; ++J)
        rb_ary_push(A, INT2FIX(J));
      benchmark::DoNotOptimize(A);
    }
  State.SetItemsProcessed(State.iterations() * Batch / 10);
}

VALUE tree(int Depth) {
  if (!Depth)
    return rb_ary_new_from_args(2, Qnil, Qnil);
  VALUE Left = tree(Depth - 1);
  VALUE Right = tree(Depth - 1);
  VALUE Node = rb_ary_new_from_args(2, Left, Right);
  RB_GC_GUARD(Left);
  RB_GC_GUARD(Right);
  return Node;
}

void trees(benchmark::State &State) {
  VALUE Long = tree(16);
  for (auto _ : State)
    benchmark::DoNotOptimize(tree(12));
  State.SetItemsProcessed(State.iterations() * ((1 << 13) - 1));
  RB_GC_GUARD(Long);
}

void collection(benchmark::State &State) {
  VALUE Kept = makeFragmented(long(State.range(0)));
  for (auto _ : State)
    rb_gc();
  RB_GC_GUARD(Kept);
}

void compaction(benchmark::State &State) {
  for (auto _ : State) {
    VALUE Kept = makeFragmented(long(State.range(0)));
    double Before = residentMegabytes();
    rb_gc_enable();
    double Start = seconds();
    compactHeap();
    State.SetIterationTime(seconds() - Start);
    State.counters["before_mb"] = Before;
    State.counters["after_mb"] = residentMegabytes();
    RB_GC_GUARD(Kept);
  }
}

/// What a request would have to wait, with many objects live: the time of each
/// ten allocations. Taking it is in it: a system call, some 390 ns, of which
/// most of the 99th percentile consists; where pages are swept begins behind
/// that, at three or four batches in a thousand.
void pauses(benchmark::State &State) {
  VALUE Kept = makeFragmented(long(State.range(0)));
  std::vector<double> Times;
  for (auto _ : State) {
    for (int I = 0; I < 300000; ++I) {
      double Start = seconds();
      for (int J = 0; J < 10; ++J)
        benchmark::DoNotOptimize(rb_str_new(Text, 10));
      Times.push_back(seconds() - Start);
    }
  }
  std::sort(Times.begin(), Times.end());
  State.counters["p99_us"] = Times[Times.size() / 100 * 99] * 1e6;
  State.counters["max_us"] = Times.back() * 1e6;
  RB_GC_GUARD(Kept);
}

VALUE run(VALUE) {
  std::vector<std::string> Words = {"heapbench"};
  const char *Given = getenv("HEAPBENCH");
  std::istringstream In(Given ? Given : "");
  for (std::string Word; In >> Word;)
    Words.push_back(Word);
  std::vector<char *> Argv;
  for (std::string &Word : Words)
    Argv.push_back(Word.data());
  int Argc = int(Argv.size());
  benchmark::Initialize(&Argc, Argv.data());
  if (benchmark::ReportUnrecognizedArguments(Argc, Argv.data()))
    rb_raise(rb_eArgError, "HEAPBENCH: not understood");
  benchmark::RunSpecifiedBenchmarks();
  return Qnil;
}

} // namespace

extern "C" __attribute__((visibility("default"))) void Init_heapbench(void) {
  std::fill(std::begin(Text), std::end(Text), 'x');
  benchmark::RegisterBenchmark("strings", strings)->Arg(10)->Arg(200);
  benchmark::RegisterBenchmark("arrays", arrays);
  benchmark::RegisterBenchmark("pushes", pushes);
  benchmark::RegisterBenchmark("trees", trees);
  for (long Live : {100000, 1000000}) {
    benchmark::RegisterBenchmark("collection", collection)
        ->Arg(Live)
        ->Iterations(5);
    benchmark::RegisterBenchmark("compaction", compaction)
        ->Arg(Live)
        ->Iterations(2)
        ->UseManualTime();
  }
  benchmark::RegisterBenchmark("pauses", pauses)->Arg(1000000)->Iterations(1);
  registerBarrierBenchmarks();
  rb_define_global_function("run", run, 0);
}
