//===- KernelUses.h - C memory that the kernel keeps ------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Calls that return before the kernel has done with their memory: an owner
/// that gives it back before that is not live until the last access (R2.a).
/// Whether the kernel has done with it is asked of the kernel when the memory
/// is given back, so that nothing is reported which it did not still hold.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_KERNELUSES_H
#define GVLSAN_KERNELUSES_H

#include "Calls.h"
#include "Violations.h"

#include "sanitizer_common/sanitizer_atomic.h"

namespace gvlsan {

extern atomic_uint32_t NumKernelUses;

/// Whether the kernel may hold any memory just now.
inline bool hasKernelUses() { return atomic_load_relaxed(&NumKernelUses); }

/// A range that a call hands to the kernel.
struct HandedRange {
  uptr Begin, Size;
  bool IsWrite;
};

/// What such a call was given.
struct HandedRanges {
  static constexpr u32 Capacity = 16;
  const char *Until = nullptr; ///< see CallSite; nullptr: nothing is kept
  u32 Count = 0;
  HandedRange Ranges[Capacity];

  void add(HandedRange R) {
    if (Count < Capacity && R.Begin && R.Size)
      Ranges[Count++] = R;
  }
};

/// The call \p Id, made with \p Args at \p Pc, has returned \p Result. Cheap
/// when the kernel keeps nothing of it.
void noteKernelUse(Call Id, const uptr *Args, long Result, uptr Pc, uptr Bp);

/// What the kernel still holds of [\p Begin, \p Begin + \p Size), which is
/// given back. \returns false when it holds nothing.
bool findKernelUse(uptr Begin, uptr Size, EarlierCall &Out);

/// Whoever gets that memory next is another.
void forgetKernelUses(uptr Begin, uptr Size);

/// For fork(3).
void lockKernelUses();
void unlockKernelUses(bool IsChild);

} // namespace gvlsan

#endif // GVLSAN_KERNELUSES_H
