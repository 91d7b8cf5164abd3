//===- Seal.h - Pages that nobody may touch ---------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Under mode=seal and mode=uffd the heap's pages are closed (SealBackend.h)
/// while a callback of an extension runs and nobody holds the lock. What
/// touches them then breaks a rule, in whatever binary it is: it traps, is
/// reported, and goes on.
///
/// The VM's lock guards the state: pages are sealed by a thread that holds the
/// mutex of the lock and has seen that the lock has no owner, and a thread that
/// takes the lock unseals them before it owns it.
///
/// Under mode=pkey they are closed to each thread that runs such a callback, or
/// that the VM did not create, whoever else holds the lock.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_SEAL_H
#define GVLSAN_SEAL_H

#include "sanitizer_common/sanitizer_common.h"

namespace gvlsan {

using namespace __sanitizer;

/// Starts sealing when the mode asks for it, once the heap is known. Dies with
/// one line when it cannot be.
void initializeSeal();

/// Whether pages are ever sealed in this process.
bool isSealing();

/// The thread holds the lock and is about to give it up for a callback.
void beforeSealedRegion();
/// It runs the callback at \p Callback now, without the lock.
void enterSealedRegion(uptr Callback);
/// The callback is over; the lock is about to be taken.
void leaveSealedRegion();

/// The thread starts one that is not the VM's; on that one, at its start.
void beforeForeignThread();
void enterForeignThread();

/// The VM, on this thread, has just got \p Mutex, by locking it or by waiting.
/// Opens the pages when it is the lock's.
void vmHasMutex(void *Mutex);

/// The kernel is about to access a page for this thread, which does not hold
/// the lock: opens the pages, and keeps them open until the thread takes the
/// lock.
void openForKernel();

/// The access of \p Address that libc is about to make has been judged already.
void remarkJudged(uptr Address);

/// In a copy of the process: opens its copy of the pages.
void openCopy();

/// In a forked child: opens its copy of the pages, and goes on for itself.
void sealInChild();

/// Where the bytes of a closed page at \p Address can be read without a trap,
/// 0: where they are.
uptr readableAddress(uptr Address);

/// A signal handler begins: what it does, and what it hands the signal on to,
/// may access the pages.
void onSealSignal();

/// A SIGSEGV at \p Address; \p Context is its ucontext_t. \returns whether the
/// thread is to go on: the page was ours. Async-signal-safe.
bool onSealFault(uptr Address, void *Context);

/// A SIGTRAP. \returns whether it was the end of an access that was let
/// through.
bool onSealStep(void *Context);

} // namespace gvlsan

#endif // GVLSAN_SEAL_H
