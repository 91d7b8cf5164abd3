//===- Retired.h - Buffers given back during a region -----------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What is freed or reallocated under the lock while an extension's callback
/// runs without it is retired: kept as it was until no such callback runs. A
/// callback that still uses it is then found at the access (R2.a, R2.b), and
/// nobody else gets the memory meanwhile.
///
/// A buffer that is not kept, for want of room or because it is large, is given
/// back at once, and counted: what uses it is not found.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_RETIRED_H
#define GVLSAN_RETIRED_H

#include "Heap.h"

#include "sanitizer_common/sanitizer_atomic.h"

namespace gvlsan {

/// A callback of an extension begins or ends to run without the lock on the
/// calling thread. The last end gives back what was retired.
void beginBorrowing();
void endBorrowing();

extern atomic_uint32_t NumBorrowing;
/// Whether any thread does just now.
inline bool isBorrowing() {
  return atomic_load(&NumBorrowing, memory_order_acquire);
}

/// The calling thread is in no region, whatever it began: it left one by
/// longjmp.
void stopBorrowing();

/// Bytes of the largest buffer that is kept.
constexpr uptr MaxRetired = 1 << 20;

/// Retires [\p Begin, \p Begin + \p Size), which malloc returned. Any thread
/// that holds the lock; not async-signal-safe.
/// \param Moved the owner has its bytes elsewhere now.
/// \param Pc return address of the call that gave it back, 0: the VM's.
/// \returns false when the caller is to give it back itself.
bool retire(uptr Begin, uptr Size, bool Moved, uptr Pc);

/// Who gives a retired buffer back. Until it is known nothing is retired.
extern void (*Releaser)(void *);
inline void setReleaser(void (*Free)(void *)) { Releaser = Free; }
inline bool keepsWhatIsGivenBack() { return Releaser; }

extern atomic_uint32_t NumRetired;
bool isRetiredSlow(uptr Begin, uptr Size);

/// Whether a byte of [\p Begin, \p Begin + \p Size) is retired, as far as its
/// first 64 KiB go. Any thread; async-signal-safe.
inline bool isRetired(uptr Begin, uptr Size) {
  return UNLIKELY(atomic_load_relaxed(&NumRetired)) &&
         isRetiredSlow(Begin, Size);
}

/// Describes the retired buffer that holds the first such byte. Any thread;
/// async-signal-safe: says false when another thread changes the table for
/// long.
bool describeRetired(uptr Begin, uptr Size, MemoryInfo &Out);

/// The addresses between which retired buffers lie. \returns false when there
/// are none.
bool retiredBounds(uptr &Low, uptr &High);

/// For fork(3).
void lockRetired();
void unlockRetired(bool IsChild);

} // namespace gvlsan

#endif // GVLSAN_RETIRED_H
