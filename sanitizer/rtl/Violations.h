//===- Violations.h - A broken rule, from the access to the report -*- C++ -*-===//
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

struct Violation {
  const RuleInfo *Rule;
  Access Kind;
  bool KernelMode;
  const char *Call; ///< function through which, or nullptr
  uptr Address;
  uptr Size;        ///< bytes; 0 when not known
  uptr Pc;          ///< of the access; the stack starts there
  uptr Bp;          ///< of its frame
  void *Context;    ///< ucontext_t of the signal, or nullptr
  LockState Lock;
  MemoryInfo Memory;
};

/// Reports \p V unless it is a duplicate or suppressed. Async-signal-safe; any
/// thread, with or without the lock. Does not return under halt_on_error=1
/// when it was reported.
void reportViolation(const Violation &V);

} // namespace gvlsan

#endif // GVLSAN_VIOLATIONS_H
