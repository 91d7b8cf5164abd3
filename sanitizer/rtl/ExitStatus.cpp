//===- ExitStatus.cpp - How the process ends ------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "ExitStatus.h"

#include "Flags.h"
#include "Heap.h"
#include "KernelUses.h"
#include "RawSyscalls.h"
#include "ReportOutput.h"
#include "Retired.h"
#include "Seal.h"
#include "Stats.h"
#include "Violations.h"

#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_flags.h"
#include "sanitizer_common/sanitizer_libc.h"
#include "sanitizer_common/sanitizer_posix.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace __sanitizer;

extern "C" int __cxa_atexit(void (*)(void *), void *, void *);

namespace gvlsan {

/// The process whose counters these are: a vfork child shares our memory.
static uptr Owner;
static atomic_uint8_t SaidLastWords;

/// Of a process that reported something: its own status when the flag is 0.
static bool overridesStatus() {
  return stats().Reports.get() && common_flags()->exitcode;
}

ReportInProgress::ReportInProgress() {
  if (!flags().run_file[0])
    return;
  // Without O_CREAT: the run may be over, and its file gone.
  uptr File = internal_open(flags().run_file, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (internal_iserror(File))
    return;
  Fd = static_cast<fd_t>(File);
  syscall(SYS_flock, Fd, LOCK_SH);
}

ReportInProgress::~ReportInProgress() {
  if (Fd >= 0)
    internal_close(Fd);
}

void ReportInProgress::tellRun(int ExitCode) const {
  u8 Code = static_cast<u8>(ExitCode);
  if (Fd >= 0)
    internal_write(Fd, &Code, 1);
}

int onExit(int Status) {
  if (internal_getpid() != Owner)
    return Status;
  awaitReports();
  if (!atomic_exchange(&SaidLastWords, 1, memory_order_relaxed)) {
    if (stats().Hidden.get() || flags().stats || isSealing())
      openReports();
    if (uptr Hidden = stats().Hidden.get())
      Report("gvlsan: %zu reports of Ruby's own core hidden (known findings in "
             "%s/); show them with --no-default-suppressions\n",
             Hidden, flags().default_suppressions);
    if (isSealing() && stats().Regions.get() && !stats().Seals.get())
      Report("gvlsan: mode=%s: no page was ever sealed: no callback of an "
             "extension ran while nobody held the lock\n",
             flags().mode);
    if (flags().stats)
      printStats();
    bool IsRoot = static_cast<int>(internal_getpid()) == flags().root_pid;
    if (flags().json_path[0] && (heap() || IsRoot)) {
      InternalScopedString Summary;
      printJsonStats(Summary);
      writeJsonLine(Summary.data(), Summary.length());
    }
  }
  return overridesStatus() ? common_flags()->exitcode : Status;
}

static void atExit(void *) {
  int Status = onExit(0);
  if (internal_getpid() != Owner || !overridesStatus())
    return;
  // exit(3) would flush the streams after us.
  fflush(nullptr);
  internal__exit(Status);
}

static void inForkedChild() {
  unlockKernelUses(/*IsChild=*/true);
  unlockRetired(/*IsChild=*/true);
  unlockReports(/*IsChild=*/true);
  sealInChild();
  armRawSyscalls();
  catchRawSyscalls();
  Owner = internal_getpid();
  stats().reset();
  atomic_store_relaxed(&SaidLastWords, 0);
}

void initializeExit() {
  Owner = internal_getpid();
  if (heap())
    ReportInProgress().tellRun(/*ExitCode=*/0);
  // Without a library's handle it is not run when ours is finalised, but as the
  // very last handler: it is the first that was registered.
  __cxa_atexit(atExit, nullptr, nullptr);
  pthread_atfork(
      [] {
        lockReports();
        lockRetired();
        lockKernelUses();
      },
      [] {
        unlockKernelUses(/*IsChild=*/false);
        unlockRetired(/*IsChild=*/false);
        unlockReports(/*IsChild=*/false);
      },
      inForkedChild);
}

void exitAfterError() {
  int Status = onExit(0);
  internal__exit(Status);
}

} // namespace gvlsan
