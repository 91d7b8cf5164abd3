//===- ReportOutput.h - Where reports go ------------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// log_path, json_path and stderr. What one of them cannot take is said on
/// stderr, and a report goes there too: a full disk must not lose it.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_REPORTOUTPUT_H
#define GVLSAN_REPORTOUTPUT_H

#include "sanitizer_common/sanitizer_internal_defs.h"

namespace gvlsan {

using namespace __sanitizer;

/// Writes a report of the process \p Pid, which is the caller's or that of
/// which it is a snapshot, where log_path says. Async-signal-safe.
void writeReportText(const char *Text, uptr Size, int Pid);

/// Opens what log_path names, or stderr where it cannot be opened: to be called
/// before a line is printed by other means, which would end the process
/// instead. Async-signal-safe.
void openReports();

/// Appends the whole lines \p Text to json_path. Async-signal-safe.
/// \returns whether all of it was written; what went wrong is said on stderr.
bool writeJsonLine(const char *Text, uptr Size);

/// In a snapshot of the process \p Pid: what asks about the report file must
/// not make one of this process's own.
void detachReportFile(int Pid);

} // namespace gvlsan

#endif // GVLSAN_REPORTOUTPUT_H
