//===- RawSyscalls.h - System calls made past libc --------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// With raw_syscalls=1 a thread is told of each system call that other code
/// than libc's makes, before it is made. The kernel's Syscall User Dispatch
/// sends it a SIGSYS; a byte of the thread's, which the kernel reads, says
/// whether it is to. Also with the lock: requests for an io_uring are carried
/// out later.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_RAWSYSCALLS_H
#define GVLSAN_RAWSYSCALLS_H

#include "Context.h"

namespace gvlsan {

/// Reads the flag. Dies with one line when the kernel refuses.
void initializeRawSyscalls();

/// Whether system calls are caught at all in this process.
extern bool RawSyscallsAreCaught;

/// Has the kernel ask the calling thread's byte. Each thread must do so for
/// itself when it begins, and the thread of a forked child anew: the kernel
/// hands it on to neither.
void armRawSyscalls();

/// From now on the calling thread's are caught, if it is armed.
/// Async-signal-safe.
ALWAYS_INLINE void catchRawSyscalls() {
  Thread.CatchesSyscalls = RawSyscallsAreCaught;
}

/// The program's SIGSYS that are none of ours: see FaultSignals.h. \returns
/// whether it was the kernel's dispatch, and the call has been made.
bool onSyscallSignal(void *SignalInfo, void *Context);

} // namespace gvlsan

#endif // GVLSAN_RAWSYSCALLS_H
