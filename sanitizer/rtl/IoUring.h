//===- IoUring.h - Memory in io_uring requests ------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A request that is submitted to an io_uring is carried out by the kernel at
/// some time, in general after the submitting call: its memory must be outside
/// of the heap whoever holds the lock. Requests are looked at when they are
/// submitted. Rings are known from the calls that make and map them.
///
/// Everything here may be called by any thread, with or without the lock;
/// async-signal-safe.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_IOURING_H
#define GVLSAN_IOURING_H

#include "Checks.h"

namespace gvlsan {

/// io_uring_setup(2) has returned \p Fd, and filled what \p Params points to.
void noteRing(int Fd, uptr Params);

/// Offset \p Offset of the file \p Fd has been mapped at \p Address.
void noteRingMapping(int Fd, uptr Offset, uptr Address);

/// Before io_uring_enter(2).
void checkRingSubmissions(const CallSite &Where, const uptr *Args);

/// Before io_uring_register(2).
void checkRingRegistration(const CallSite &Where, const uptr *Args);

} // namespace gvlsan

#endif // GVLSAN_IOURING_H
