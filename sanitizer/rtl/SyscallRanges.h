//===- SyscallRanges.h - What a system call touches -------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_SYSCALLRANGES_H
#define GVLSAN_SYSCALLRANGES_H

#include "Checks.h"

namespace gvlsan {

/// Checks what the kernel is about to touch for system call \p Number, whose
/// six arguments are \p Args. Where.Name is not looked at. Any thread, with or
/// without the lock; async-signal-safe.
/// \returns false when nothing is known of that call.
bool checkSyscall(long Number, const uptr *Args, CallSite Where);

/// Sees what system call \p Number, which returned \p Result, has changed.
void observeSyscall(long Number, const uptr *Args, long Result);

/// Whether \c observeSyscall wants to see it.
bool isObservedSyscall(long Number);

} // namespace gvlsan

#endif // GVLSAN_SYSCALLRANGES_H
