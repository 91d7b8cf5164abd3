//===- Races.h - Two threads at one buffer ----------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_JUDGE_RACES_H
#define RHEAP_JUDGE_RACES_H

#include "heap/Buffers.h"
#include "rheap/debug.h"

#include "Catalogue.h"
#include "gvlsan/interface.h"

#include <ucontext.h>

namespace rheap {

// Rule R4, without knowledge of the program's locks: a thread that is about to
// access a buffer waits there until another has come to an access of the same
// bytes, or cannot be seen to come to one. If it comes, and one of the two
// writes, then nothing orders them: whatever could would keep the second from
// its access while the first is still before its own.

/// What a thread is about to do.
struct BufferAccess {
  /// R4; R2.b for what a function of the API does to a whole buffer.
  gvlsan::RuleId Rule;
  const void *Address;
  size_t Size;
  gvlsan_access_kind Kind;
  /// libc's function, or nullptr.
  const char *Call;
  const void *Pc;
  ucontext_t *Context;
};

/// More than one thread of the program runs without the others' leave from now
/// on: buffers that extensions have addresses of are watched. Any thread; not
/// in signal handlers. Nothing without judging.
void watchForRaces();

/// An extension is given \p P, an address in a buffer. With the lock.
inline void noteBorrow(Buffers &External, const void *P, bool Judging) {
  if (__builtin_expect(Judging, false))
    External.borrow(P);
}

/// The calling thread is about to make \p A in the watched buffer \p B: waits
/// for another thread, or is the one that is waited for. Reports. Any thread,
/// async-signal-safe.
void meetOthers(const Buffers::Info &B, const BufferAccess &A);

/// A function of the API is about to replace the buffer \p P by another. With
/// the lock; under judging.
void meetUsersOf(const void *P);

/// What the calling thread's report under way is about met. \returns false for
/// any other report.
bool otherAccess(rheap_other_access &Out);

/// In the child of a fork.
void forgetWaiter();

} // namespace rheap

#endif // RHEAP_JUDGE_RACES_H
