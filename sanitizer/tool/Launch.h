//===- Launch.h - Run a command and learn of its reports --------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The command is a child, not what the launcher becomes: its process may call
/// exec, may be killed, and may leave the reporting to processes of its own.
/// Each report of any of them adds a byte to a file that the launcher reads at
/// the end (rtl/ExitStatus.cpp writes it).
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_LAUNCH_H
#define GVLSAN_TOOL_LAUNCH_H

#include <string>

namespace gvlsan {

/// The file of one run: a byte for each report, the exit code asked for, and a
/// zero for each process with a heap that is watched.
class ReportCounter {
public:
  /// Makes the file in TMPDIR, or in /tmp. \c path is empty, and errno says
  /// why, when that fails.
  ReportCounter();
  ReportCounter(const ReportCounter &) = delete;
  ReportCounter &operator=(const ReportCounter &) = delete;

  const std::string &path() const { return Path; }

  /// Waits for reports that are being made, by a process that has since been
  /// killed too, and removes the file. \returns the exit code that the latest
  /// report asks for; 0 when there is none, or when the command's own is to be
  /// kept.
  int finish();

  /// After \c finish: whether any process of the run had a heap.
  bool sawHeap() const { return SawHeap; }

private:
  std::string Path;
  int Fd;
  bool SawHeap = false;
};

/// Starts a child that returns from here with 0. In the launcher it returns
/// when the child has ended, with 1, and \p WaitStatus is as waitpid(2) gives
/// it. Signals that somebody sends to the launcher are passed on to the child;
/// those of the terminal reach both, and the launcher lets them be. The child
/// is killed with its launcher. \returns -1, with errno, when no child can be
/// made.
int runAsChild(int &WaitStatus);

/// Ends the launcher as its child ended: with \p Override when that is not 0
/// and the child ended by itself, else by the same status or signal.
[[noreturn]] void endLike(int WaitStatus, int Override);

} // namespace gvlsan

#endif // GVLSAN_TOOL_LAUNCH_H
