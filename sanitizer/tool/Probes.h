//===- Probes.h - What this machine offers ----------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// One question to the kernel each, asked by doing it. None changes anything
/// that outlives its call.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_PROBES_H
#define GVLSAN_TOOL_PROBES_H

#include <string>

namespace gvlsan {

struct Answer {
  bool Works;
  std::string Why; ///< what was seen, or what stands in the way
};

/// Reading the process's own memory where a load would fault: reports do.
Answer probeMemoryReads();

/// Sealing pages with mprotect(2), and going on after the SIGSEGV.
Answer probeProtectedPages();

/// userfaultfd(2) for user and kernel mode.
Answer probeUserfaultfd();

/// Memory protection keys of the processor.
Answer probeProtectionKeys();

/// Syscall User Dispatch.
Answer probeSyscallDispatch();

/// io_uring.
Answer probeIoUring();

/// A copy of the process by clone(2): reports are made in one.
Answer probeSnapshots();

} // namespace gvlsan

#endif // GVLSAN_TOOL_PROBES_H
