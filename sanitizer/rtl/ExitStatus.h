//===- ExitStatus.h - How the process ends ----------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A process that reported something exits with the flag `exitcode`, however it
/// leaves: return from main, exit, exit!, _exit; one that did not keeps its own
/// status. Each process counts for itself, also after fork. `gvlsan run` ends
/// with that status when any process of the run reported something.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_EXITSTATUS_H
#define GVLSAN_EXITSTATUS_H

namespace gvlsan {

/// Registers what runs after every other exit handler. Once, at start-up.
void initializeExit();

/// While one of these lives, here or in the snapshot that inherits it, `gvlsan
/// run` does not end. Async-signal-safe; does nothing outside of a run.
class ReportInProgress {
public:
  ReportInProgress();
  ~ReportInProgress();
  ReportInProgress(const ReportInProgress &) = delete;
  ReportInProgress &operator=(const ReportInProgress &) = delete;

  /// Tells `gvlsan run` of a report of this process, which may yet call exec or
  /// be killed; \p ExitCode is what it is to end with. 0 only says that there
  /// is a heap that is watched.
  void tellRun(int ExitCode) const;

private:
  int Fd = -1;
};

/// What is due when this process ends with \p Status: the last words on stderr.
/// \returns the status to end with.
int onExit(int Status);

/// Ends the process at once, as halt_on_error asks.
[[noreturn]] void exitAfterError();

} // namespace gvlsan

#endif // GVLSAN_EXITSTATUS_H
