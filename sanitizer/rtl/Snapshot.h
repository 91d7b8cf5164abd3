//===- Snapshot.h - Work on a frozen copy of the process --------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A report needs things that the state of the reporting thread forbids: to
/// walk the VM's control frames although another thread holds the lock and may
/// be moving what they point to, to allocate inside a signal handler, to start
/// a symbolizer without the program's wait(2) ever seeing a child. All of that
/// is done in a copy of the process made for the purpose, in which the
/// reporting thread is the only one: nothing changes under it, which is just
/// what holding the lock would give, and whatever goes wrong there goes wrong
/// in the copy.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_SNAPSHOT_H
#define GVLSAN_SNAPSHOT_H

#include "sanitizer_common/sanitizer_atomic.h"
#include "sanitizer_common/sanitizer_internal_defs.h"

namespace gvlsan {

using namespace __sanitizer;

/// Runs \p Work(\p Arg) in a copy of the process and waits for it, at most
/// \p TimeoutMs. Memory mapped as shared is the way back for results. The copy
/// sends no SIGCHLD and cannot be waited for by wait(2). Signals are blocked
/// meanwhile. Async-signal-safe.
/// \returns whether \p Work came to its end.
bool runInSnapshot(void (*Work)(void *), void *Arg, int TimeoutMs);

/// Work whose result is taken by the process that asked for it, or, when that
/// was killed, crashed or called exec meanwhile, by the snapshot itself.
struct Inheritance {
  void (*Work)(void *);
  /// Called once, after Work, in the one or the other.
  void (*Take)(void *);
  void *Arg;
  /// In memory that the snapshot shares; zero.
  atomic_uint32_t *State;
};

/// As \c runInSnapshot. The snapshot is in a session of its own, so that a
/// signal to the process's group does not end it too.
/// \returns whether the result was taken.
bool runInSnapshot(const Inheritance &I, int TimeoutMs);

/// Memory that a snapshot shares with the process; nullptr when there is none.
void *mapShared(uptr Size);
void unmapShared(void *Memory, uptr Size);

} // namespace gvlsan

#endif // GVLSAN_SNAPSHOT_H
