//===- Checks.h - Is this access legal? -------------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The one place that decides. Interceptors say what is about to be accessed;
/// everything that is certainly not the heap's is let through inline.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_CHECKS_H
#define GVLSAN_CHECKS_H

#include "Calls.h"
#include "Context.h"
#include "Heap.h"
#include "PageTable.h"
#include "Retired.h"

namespace gvlsan {

/// The pages of the heap, filled by its adapter. A heap whose adapter answers
/// itself has the whole address space in its bounds.
extern PageTable Pages;

constexpr uptr UnknownSize = ~uptr(0);

/// The access a string function is about to make.
struct StringAccess {
  const void *Pointer;
  uptr Size;      ///< \c UnknownSize: up to the terminating 0 ...
  const char *Of; ///< ... of this string, ...
  uptr Max;       ///< ... but at most so many bytes
  bool IsWrite;

  ALWAYS_INLINE bool mayTouchHeap() const {
    return Size && (Pages.mayContain(reinterpret_cast<uptr>(Pointer), 1) ||
                    UNLIKELY(atomic_load_relaxed(&NumRetired)));
  }
};

/// Out of line: \p Pointer lies between the heap's first and last page, or
/// something is retired.
void checkString(const char *Name, const StringAccess &Access, uptr Pc,
                 uptr Bp);

/// A system call that is about to be made.
struct CallSite {
  const char *Name; ///< as reports have it; static storage
  uptr Pc, Bp;
  void *Context; ///< ucontext_t when it was met in a signal handler
  /// What the kernel uses the bytes until, after the call has returned;
  /// nullptr: it does not.
  const char *KeptUntil = nullptr;
};

/// Checks what the kernel is handed in such a call: a range, the ranges of a
/// libc function that is called like it, iovecs, a msghdr, a C string. Iovecs
/// and msghdrs themselves are never kept.
void checkKernelRange(const CallSite &Where, uptr Begin, uptr Size,
                      bool IsWrite);
void checkKernelCall(const CallSite &Where, Call Id, const uptr *Args);
void checkKernelVector(const CallSite &Where, uptr Pointer, uptr Count,
                       bool IsWrite);
void checkKernelMessage(const CallSite &Where, uptr Pointer, bool IsWrite);
void checkKernelString(const CallSite &Where, uptr Pointer);

/// Checks every range of the call \p Id, whose arguments are \p Args, before
/// it is made.
void checkCall(Call Id, const uptr *Args, uptr Pc, uptr Bp);

/// What the kernel keeps of the memory of a call that has been made.
void collectKept(Call Id, const uptr *Args, struct HandedRanges &Out);

/// Checks a call of the function \p Name of the VM, which takes the lock: only
/// a thread of the VM that does not hold it may, or one that does when \p
/// MayNest.
void checkTakesLock(const char *Name, bool MayNest, uptr Pc, uptr Bp);

/// An access of a page without the lock.
struct PageAccess {
  uptr Address, Size; ///< Size 0: not known
  bool IsWrite;
  LockState Lock;
  MemoryInfo Memory;
};

/// Reports \p A by the rule that it breaks.
void reportUserAccess(const PageAccess &A, uptr Pc, uptr Bp, void *Context);

/// The same for what the kernel accesses in a system call that returns to \p
/// Pc.
void reportKernelAccess(const PageAccess &A, uptr Pc, uptr Bp, void *Context);

/// Checks a load or store that instrumented code is about to make.
void checkAccess(uptr Address, uptr Size, bool IsWrite, uptr Pc, uptr Bp);

} // namespace gvlsan

#endif // GVLSAN_CHECKS_H
