//===- Init.cpp - Start-up ------------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Context.h"
#include "ExitStatus.h"
#include "Flags.h"
#include "Heap.h"
#include "Interceptors.h"
#include "RawSyscalls.h"
#include "Seal.h"
#include "Suppressions.h"

#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_libc.h"
#include "sanitizer_common/sanitizer_posix.h"

#include <dlfcn.h>

namespace gvlsan {

bool Initialized;

/// "3.1", or nullptr when libruby is not in the process.
static const char *rubyVersion() {
  auto *Api = static_cast<const int *>(dlsym(RTLD_DEFAULT, "ruby_api_version"));
  if (!Api)
    return nullptr;
  static char Text[16];
  internal_snprintf(Text, sizeof(Text), "%d.%d", Api[0], Api[1]);
  return Text;
}

/// Exit code of a process whose GVLSAN_OPTIONS are wrong.
static constexpr int ExitUsage = 64;
static void exitForUsage() { internal__exit(ExitUsage); }

void initialize() {
  // The constructor and the calls of earlier constructors are one thread. In
  // one of those the process's allocator may be being set up: nothing is
  // allocated.
  static bool Started;
  if (Started)
    return;
  Started = true;
  ScopedInside Guard;
  SanitizerToolName = "GvlSanitizer";
  initializeStringInterceptors();
  initializeObservers();
  initializeGivenBack();
  initializeSignalObservers();
  initializeThreads();
  initializeKernelInterceptors();
  Initialized = true;
}

__attribute__((constructor)) static void construct() {
  initialize();
  ScopedInside Guard;
  CacheBinaryName();
  // What sanitizer_common finds wrong with a flag or a file it says and dies
  // of.
  AddDieCallback(exitForUsage);
  initializeFlags();
  initializeSuppressions(rubyVersion());
  RemoveDieCallback(exitForUsage);
  initializeHeap();
  initializeSeal();
  initializeRawSyscalls();
  initializeExit();
}

} // namespace gvlsan
