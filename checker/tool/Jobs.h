//===- Jobs.h - A pool of jobs -----------------------------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_JOBS_H
#define GVLSAN_TOOL_JOBS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

#include <mutex>

namespace gvlsan {

/// Runs \p Job for 0 .. \p N - 1 on up to \p Threads threads, and returns when
/// all are over. Each thread has a stack for deeply nested sources. What
/// crashes is left, and \p Crashed is told of it in its place.
void runJobs(unsigned Threads, size_t N, llvm::function_ref<void(size_t)> Job,
             llvm::function_ref<void(size_t)> Crashed);

/// How many jobs run at a time when the user does not say.
unsigned defaultJobs();

/// The line that says how far a long run is. It is written to stderr when that
/// is a terminal, and wiped at the end; any thread may step it.
class Progress {
public:
  Progress();
  ~Progress();
  /// Begins a stage of \p Total steps.
  void begin(llvm::StringRef What, size_t Total);
  void step(llvm::StringRef Name);

private:
  std::mutex Lock;
  bool IsShown;
  std::string What;
  size_t Total = 0, Done = 0;
};

} // namespace gvlsan

#endif // GVLSAN_TOOL_JOBS_H
