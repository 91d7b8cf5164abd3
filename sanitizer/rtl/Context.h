//===- Context.h - What the runtime keeps per thread -------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Initial-exec thread-local state, zero in a new thread: readable from signal
/// handlers and before anything is initialised.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_CONTEXT_H
#define GVLSAN_CONTEXT_H

#include "sanitizer_common/sanitizer_common.h"

namespace gvlsan {

using namespace __sanitizer;

struct ThreadContext {
  /// > 0 while the runtime itself works on this thread: nothing is checked.
  u32 Inside;
  /// > 0 while the VM has this thread wait for a condition. It then holds no
  /// lock, whatever the VM's own flag says to a signal handler.
  u32 Waiting;
  /// 1-based; 0 until the thread is first named in a report.
  u32 Number;
};

extern THREADLOCAL ThreadContext Thread;

/// Names the calling thread in reports: 0 is the process's first thread, the
/// others count from 1 in the order in which they are first reported.
u32 threadNumber();

/// Nothing is checked on this thread while one of these lives.
class ScopedInside {
public:
  ScopedInside() { ++Thread.Inside; }
  ~ScopedInside() { --Thread.Inside; }
  ScopedInside(const ScopedInside &) = delete;
  ScopedInside &operator=(const ScopedInside &) = delete;
};

/// The VM waits on this thread while one of these lives.
class ScopedWaiting {
public:
  explicit ScopedWaiting(bool IsVm) : IsVm(IsVm) { Thread.Waiting += IsVm; }
  ~ScopedWaiting() { Thread.Waiting -= IsVm; }
  ScopedWaiting(const ScopedWaiting &) = delete;
  ScopedWaiting &operator=(const ScopedWaiting &) = delete;

private:
  bool IsVm;
};

} // namespace gvlsan

#endif // GVLSAN_CONTEXT_H
