//===- Jobs.cpp - A pool of jobs ------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/Jobs.h"

#include "clang/Basic/Stack.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Threading.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/thread.h"

#include <atomic>
#include <malloc.h>
#include <optional>
#include <unistd.h>
#include <vector>

using namespace gvlsan;

/// Address space, of which a page is used when it is needed.
static constexpr unsigned StackSize = 1u << 30;

void gvlsan::runJobs(unsigned Threads, size_t N,
                     llvm::function_ref<void(size_t)> Job,
                     llvm::function_ref<void(size_t)> Crashed) {
  // Sources take tens of megabytes each: asked for page by page, and given back
  // in between, that is a tenth of the time.
  mallopt(M_TOP_PAD, 64 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  llvm::CrashRecoveryContext::Enable();
  std::atomic<size_t> Next = 0;
  auto Work = [&] {
    clang::noteBottomOfStack();
    for (size_t I; (I = Next++) < N;) {
      llvm::CrashRecoveryContext Shield;
      if (!Shield.RunSafely([&] { Job(I); }))
        Crashed(I);
    }
  };
  std::vector<llvm::thread> Pool;
  for (unsigned I = 0; I < std::min<size_t>(std::max(Threads, 1u), N); ++I)
    Pool.emplace_back(std::optional<unsigned>(StackSize), Work);
  for (llvm::thread &T : Pool)
    T.join();
}

unsigned gvlsan::defaultJobs() {
  return llvm::hardware_concurrency().compute_thread_count();
}

Progress::Progress() : IsShown(isatty(STDERR_FILENO)) {}

Progress::~Progress() {
  if (IsShown)
    llvm::errs() << "\r\033[K";
}

void Progress::begin(llvm::StringRef Stage, size_t Steps) {
  std::lock_guard<std::mutex> Guard(Lock);
  What = Stage.str();
  Total = Steps;
  Done = 0;
}

void Progress::step(llvm::StringRef Name) {
  if (!IsShown)
    return;
  std::lock_guard<std::mutex> Guard(Lock);
  llvm::errs() << "\r\033[K[" << ++Done << '/' << Total << "] " << What << ' '
               << llvm::sys::path::filename(Name).take_front(40);
}
