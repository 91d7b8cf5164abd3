//===- Violations.h - From a broken rule to its report ---------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_VIOLATIONS_H
#define GVLSAN_VIOLATIONS_H

#include "Heap.h"
#include "rules/Catalogue.h"

namespace gvlsan {

enum class Access : u8 { Read, Write, Unknown, Call };

/// A string whose length is looked at only when it is reported.
struct StringLength {
  uptr Begin = 0;
  uptr Max = 0;
};

/// A call that is over, and for which the kernel still uses memory.
struct EarlierCall {
  static constexpr u32 MaxFrames = 32;
  const char *Name;  ///< the function, static storage
  const char *Until; ///< see CallSite
  u32 Thread;        ///< the number of the thread that made it
  u32 NumFrames;
  uptr Frames[MaxFrames];
  // What it still uses.
  uptr Begin, Size;
  bool IsWrite;
};

struct Violation {
  const RuleInfo *Rule;
  Access Kind;
  bool KernelMode;
  const char *Call; ///< function through which, or nullptr
  uptr Address;
  uptr Size;           ///< bytes; 0 when not known
  StringLength String; ///< gives the size when Size is 0
  uptr Pc;             ///< of the access; the stack starts there
  uptr Bp;             ///< of its frame
  void *Context;       ///< ucontext_t of the signal, or nullptr
  LockState Lock;
  MemoryInfo Memory;
  const char *KeptUntil = nullptr; ///< see CallSite
  /// Its stack is the report's, the buffer is given back at Pc. Or nullptr.
  const EarlierCall *Earlier = nullptr;
};

/// Reports \p V unless it is a duplicate or suppressed. Async-signal-safe; any
/// thread, with or without the lock. Does not return under halt_on_error=1
/// when it was reported.
void reportViolation(const Violation &V);

/// What fork(3) needs of the reporter: nobody is in the middle of a report
/// while the process is copied, and the child reports for itself what its
/// parent already has.
void lockReports();
void unlockReports(bool IsChild);

/// Before the counters are printed: returns once no other thread is in the
/// middle of a report, after snapshot_timeout_ms at the latest.
void awaitReports();

} // namespace gvlsan

#endif // GVLSAN_VIOLATIONS_H
