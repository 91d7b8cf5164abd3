//===- GivenBack.cpp - Memory that is given back --------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// All that comes from malloc goes back through these two: the VM's buffers of
/// Strings and Arrays, what a dfree frees itself or has a library free, and
/// what any other code under the lock does. So the memory is known, its owner
/// is not.
///
//===----------------------------------------------------------------------===//

#include "GivenBack.h"

#include "Context.h"
#include "Heap.h"
#include "Interceptors.h"
#include "KernelUses.h"
#include "Retired.h"
#include "Violations.h"

#include "interception/interception.h"
#include "sanitizer_common/sanitizer_libc.h"

#include <dlfcn.h>

using namespace gvlsan;

DECLARE_REAL(void *, realloc, void *, uptr)

static void *(*Malloc)(uptr);
static uptr (*UsableSize)(void *);

/// Whether what is given back at \p Pc is of no use to regions any more. What
/// a region or a thread of the extension's own gives back, it does not use.
static bool isUnderLock(uptr Pc) {
  if (Thread.InRegion || Thread.Inside)
    return false;
  return heapObserver()->IsVm(Pc) || heap()->Lock() == LockState::Held;
}

static bool retire(void *Pointer, bool Moved, uptr Pc) {
  return gvlsan::retire(reinterpret_cast<uptr>(Pointer), UsableSize(Pointer),
                        Moved, heapObserver()->IsVm(Pc) ? 0 : Pc);
}

/// The kernel still uses a buffer that is given back at \p Pc. Whose it was is
/// known of the VM's, and of what is freed in a collection.
static void reportKernelUse(const EarlierCall &Call, uptr Begin, uptr Size,
                            bool Moved, uptr Pc) {
  const HeapAdapter *Heap = heap();
  bool IsVms = heapObserver() && heapObserver()->IsVm(Pc);
  if (!IsVms && !(Heap->Collecting && Heap->Collecting()))
    return;
  MemoryInfo Memory;
  Memory.Kind = Moved ? MemoryKind::MovedBuffer : MemoryKind::FreedBuffer;
  Memory.Hit = Call.Begin;
  Memory.Begin = Begin;
  Memory.Size = Size;
  Memory.GivenBackBy = threadNumber();
  Memory.GivenBackAt = IsVms ? 0 : Pc;
  reportViolation({&ruleInfo(Moved ? RuleId::R2_b : RuleId::R2_a),
                   Call.IsWrite ? Access::Write : Access::Read,
                   /*KernelMode=*/true, Call.Name, Call.Begin, Call.Size,
                   /*String=*/{}, Pc, /*Bp=*/0, /*Context=*/nullptr,
                   Heap->Lock(), Memory, Call.Until, &Call});
}

/// \returns whether \p Pointer is retired.
static bool retireOrReport(void *Pointer, uptr Pc) {
  if (!Pointer || !UsableSize)
    return false;
  uptr Begin = reinterpret_cast<uptr>(Pointer);
  EarlierCall Call;
  if (hasKernelUses() && !Thread.Inside) {
    uptr Size = UsableSize(Pointer);
    if (findKernelUse(Begin, Size, Call)) {
      forgetKernelUses(Begin, Size);
      reportKernelUse(Call, Begin, Size, /*Moved=*/false, Pc);
    }
  }
  return isBorrowing() && keepsWhatIsGivenBack() && isUnderLock(Pc) &&
         retire(Pointer, /*Moved=*/false, Pc);
}

// Before start-up there is only the loader, of which little is lost.
INTERCEPTOR(void, free, void *Pointer) {
  if (UNLIKELY(isBorrowing() || hasKernelUses()) &&
      retireOrReport(Pointer, GET_CALLER_PC()))
    return;
  if (LIKELY(REAL(free))) [[clang::musttail]]
    return REAL(free)(Pointer);
}

/// What a region must not rely on is that a buffer stays where it is.
static void *reallocElsewhere(void *Old, uptr OldSize, uptr Size, uptr Pc) {
  void *New = Malloc(Size);
  if (!New)
    return nullptr;
  internal_memcpy(New, Old, OldSize);
  if (!retire(Old, /*Moved=*/true, Pc))
    REAL(free)(Old);
  return New;
}

static void *reallocObserved(void *Old, uptr Size, uptr Pc) {
  if (!Old || !Size || !UsableSize || Thread.Inside)
    return REAL(realloc)(Old, Size);
  uptr Begin = reinterpret_cast<uptr>(Old), OldSize = UsableSize(Old);
  EarlierCall Call;
  bool IsUsed = hasKernelUses() && findKernelUse(Begin, OldSize, Call);
  // Smaller is in place, and what is too large is not kept.
  bool Retires = Size > OldSize && OldSize <= MaxRetired && isBorrowing() &&
                 keepsWhatIsGivenBack() && isUnderLock(Pc);
  void *New = Retires ? reallocElsewhere(Old, OldSize, Size, Pc)
                      : REAL(realloc)(Old, Size);
  if (IsUsed && New && New != Old) {
    forgetKernelUses(Begin, OldSize);
    reportKernelUse(Call, Begin, OldSize, /*Moved=*/true, Pc);
  }
  return New;
}

INTERCEPTOR(void *, realloc, void *Old, uptr Size) {
  if (UNLIKELY(!REAL(realloc)))
    INTERCEPT_FUNCTION(realloc);
  if (UNLIKELY(isBorrowing() || hasKernelUses()))
    return reallocObserved(Old, Size, GET_CALLER_PC());
  [[clang::musttail]] return REAL(realloc)(Old, Size);
}

void gvlsan::initializeGivenBack() {
  INTERCEPT_FUNCTION(free);
  INTERCEPT_FUNCTION(realloc);
}

template <typename F>
static bool findBeside(const void *Module, F *&Function, const char *Name) {
  Dl_info Info;
  void *Address = dlsym(RTLD_NEXT, Name);
  Function = reinterpret_cast<F *>(Address);
  return Address && dladdr(Address, &Info) && Info.dli_fbase == Module;
}

void gvlsan::observeWhatIsGivenBack(bool Keep) {
  // The process may have another allocator, which then must answer for the
  // size.
  Dl_info Info;
  if (!dladdr(reinterpret_cast<void *>(REAL(free)), &Info) ||
      !findBeside(Info.dli_fbase, Malloc, "malloc") ||
      !findBeside(Info.dli_fbase, UsableSize, "malloc_usable_size"))
    UsableSize = nullptr;
  else if (Keep)
    setReleaser(REAL(free));
}
