//===- SealBackend.h - How pages are closed ---------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Three ways to make a range of pages trap. Seal.cpp says when, and never for
/// ranges that overlap at the same time.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_SEALBACKEND_H
#define GVLSAN_SEALBACKEND_H

#include "sanitizer_common/sanitizer_common.h"

namespace gvlsan {

using namespace __sanitizer;

/// Where pages are closed to each thread by itself: may it access them?
struct ThreadRights {
  /// The calling thread, in a signal handler until it returns.
  void (*Set)(bool MayAccess);
  /// What the handler has interrupted whose ucontext_t \p Context is. \returns
  /// false when that cannot be had.
  bool (*SetSaved)(void *Context, bool MayAccess);
};

struct SealBackend {
  /// The mode that asks for it.
  const char *Mode;
  /// Once, at start-up, and again in a forked child. \returns nullptr, or why
  /// it cannot be had here.
  const char *(*Start)();
  /// Nothing that touches [Begin, End) goes on until Open. With Rights: no
  /// thread that has none, for good; Open and OpenCopy are null then.
  void (*Close)(uptr Begin, uptr End);
  /// Async-signal-safe.
  void (*Open)(uptr Begin, uptr End);
  /// A forked child or a snapshot finds its copy of the closed range readable.
  void (*OpenCopy)(uptr Begin, uptr End);
  /// Whether one page can be opened for one instruction.
  bool StepsPages;
  /// Where what is at \p Address of a closed page can be read; may be null.
  uptr (*Readable)(uptr Address);
  /// nullptr: pages are closed to all threads at once.
  const ThreadRights *Rights = nullptr;
};

/// mprotect(2): user-mode accesses raise SIGSEGV, the kernel's fail.
extern const SealBackend ProtectBackend;

/// userfaultfd(2): user-mode and kernel-mode accesses wait, are told to
/// \c onUserfault, and go on.
extern const SealBackend UserfaultBackend;

/// pkeys(7): user-mode accesses raise SIGSEGV, the kernel's fail, those of
/// threads that run without the lock only.
extern const SealBackend KeyBackend;

/// Thread \p Tid has touched a closed page at \p Address, and waits. Called by
/// the backend's own thread; opens what is closed before it returns.
void onUserfault(int Tid, uptr Address, bool IsWrite);

} // namespace gvlsan

#endif // GVLSAN_SEALBACKEND_H
