//===- ReportOutput.cpp - Where reports go --------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "ReportOutput.h"

#include "Flags.h"

#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_file.h"
#include "sanitizer_common/sanitizer_flags.h"
#include "sanitizer_common/sanitizer_libc.h"
#include "sanitizer_common/sanitizer_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace gvlsan {

/// The report file's descriptor leads nowhere: see detachReportFile.
static bool IsDetached;

static void sayOnStderr(const char *What, const char *Path, int Error,
                        const char *Then) {
  InternalScopedString Line;
  Line.AppendF("GvlSanitizer: cannot write to %s %s (errno %d)%s\n", What, Path,
               Error, Then);
  internal_write(kStderrFd, Line.data(), Line.length());
}

/// \returns 0, or errno.
static int writeAll(fd_t Fd, const char *Text, uptr Size) {
  while (Size) {
    uptr N = internal_write(Fd, Text, Size);
    int Error;
    if (!internal_iserror(N, &Error)) {
      Text += N;
      Size -= N;
    } else if (Error != EINTR) {
      return Error;
    }
  }
  return 0;
}

static bool isStream(fd_t Fd) { return Fd == kStdoutFd || Fd == kStderrFd; }

/// Opens log_path's file for \p Pid unless it is open. sanitizer_common's own
/// way would end the process when that fails, and empty a file that is there.
static void openReportFile(int Pid) {
  ReportFile &F = report_file;
  if (isStream(F.fd))
    return;
  bool IsOurs =
      F.fd_pid == static_cast<uptr>(Pid) || F.fd_pid == internal_getpid();
  if (F.fd != kInvalidFd && IsOurs && !IsDetached)
    return;
  const char *Exe = GetProcessName();
  bool Named = common_flags()->log_exe_name && Exe;
  internal_snprintf(F.full_path, kMaxPathLength, "%s%s%s.%d%s", F.path_prefix,
                    Named ? "." : "", Named ? Exe : "", Pid,
                    common_flags()->log_suffix ? common_flags()->log_suffix
                                               : "");
  uptr Fd = internal_open(F.full_path,
                          O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0660);
  int Error;
  if (internal_iserror(Fd, &Error)) {
    sayOnStderr("log_path", F.full_path, Error, ": reports go here");
    F.fd = kStderrFd;
    return;
  }
  F.fd = static_cast<fd_t>(Fd);
  F.fd_pid = internal_getpid();
  IsDetached = false;
}

void openReports() { openReportFile(static_cast<int>(internal_getpid())); }

void writeReportText(const char *Text, uptr Size, int Pid) {
  openReportFile(Pid);
  fd_t Fd = report_file.fd;
  int Error = writeAll(Fd, Text, Size);
  if (!Error || Fd == kStderrFd)
    return;
  sayOnStderr("log_path", Fd == kStdoutFd ? "stdout" : report_file.full_path,
              Error, ": the report follows");
  writeAll(kStderrFd, Text, Size);
}

/// Whether the last byte of the file ends a line. A process that was killed, or
/// that had no room left, leaves half a line behind.
static bool endsInLine(fd_t Fd) {
  char Last = '\n';
  long Size = syscall(SYS_lseek, Fd, 0L, SEEK_END);
  if (Size > 0)
    syscall(SYS_pread64, Fd, &Last, 1, Size - 1);
  return Last == '\n';
}

bool writeJsonLine(const char *Text, uptr Size) {
  // To be read where possible: a pipe can only be written to.
  constexpr int Flags = O_APPEND | O_CREAT | O_CLOEXEC;
  uptr Fd = internal_open(flags().json_path, O_RDWR | Flags, 0666);
  int Error = 0;
  if (internal_iserror(Fd))
    Fd = internal_open(flags().json_path, O_WRONLY | Flags, 0666);
  if (!internal_iserror(Fd, &Error)) {
    auto File = static_cast<fd_t>(Fd);
    if (!endsInLine(File))
      internal_write(File, "\n", 1);
    // One write: several processes may share the file.
    Error = writeAll(File, Text, Size);
    internal_close(File);
  }
  if (Error)
    sayOnStderr("json_path", flags().json_path, Error, "");
  return !Error;
}

void detachReportFile(int Pid) {
  ReportFile &F = report_file;
  if (isStream(F.fd))
    return;
  if (F.fd == kInvalidFd || F.fd_pid != static_cast<uptr>(Pid)) {
    uptr Fd = internal_open("/dev/null", O_WRONLY | O_CLOEXEC);
    F.fd = internal_iserror(Fd) ? kStderrFd : static_cast<fd_t>(Fd);
    IsDetached = F.fd != kStderrFd;
  }
  F.fd_pid = internal_getpid();
}

} // namespace gvlsan
