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
#include "Retired.h"

#include "interception/interception.h"
#include "sanitizer_common/sanitizer_libc.h"

#include <dlfcn.h>

using namespace gvlsan;

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

// Before start-up there is only the loader, of which little is lost.
INTERCEPTOR(void, free, void *Pointer) {
  if (UNLIKELY(isBorrowing()) && Pointer && keepsWhatIsGivenBack() &&
      isUnderLock(GET_CALLER_PC()) &&
      retire(Pointer, /*Moved=*/false, GET_CALLER_PC()))
    return;
  if (LIKELY(REAL(free))) [[clang::musttail]]
    return REAL(free)(Pointer);
}

/// \returns whether the call has been made, with \p Result.
static bool moveDuringRegion(void *Old, uptr Size, uptr Pc, void *&Result) {
  if (!Old || !Size || !keepsWhatIsGivenBack() || !isUnderLock(Pc))
    return false;
  // In place, or too large to be kept.
  uptr OldSize = UsableSize(Old);
  if (Size <= OldSize || OldSize > MaxRetired)
    return false;
  Result = Malloc(Size);
  if (!Result)
    return true;
  internal_memcpy(Result, Old, OldSize);
  if (!retire(Old, /*Moved=*/true, Pc))
    REAL(free)(Old);
  return true;
}

INTERCEPTOR(void *, realloc, void *Old, uptr Size) {
  void *Result;
  if (UNLIKELY(isBorrowing()) &&
      moveDuringRegion(Old, Size, GET_CALLER_PC(), Result))
    return Result;
  if (UNLIKELY(!REAL(realloc)))
    INTERCEPT_FUNCTION(realloc);
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

void gvlsan::keepWhatIsGivenBack() {
  // The process may have another allocator, which then must answer for the
  // size.
  Dl_info Info;
  if (dladdr(reinterpret_cast<void *>(REAL(free)), &Info) &&
      findBeside(Info.dli_fbase, Malloc, "malloc") &&
      findBeside(Info.dli_fbase, UsableSize, "malloc_usable_size"))
    setReleaser(REAL(free));
}
