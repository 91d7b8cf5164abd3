//===- CRubyBuffers.cpp - What CRuby frees and reallocates ----------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// All that the VM takes from malloc it gives back through these two imports of
/// libruby: the buffers of Strings and Arrays, and through ruby_xfree what a
/// dfree gives back of a T_DATA. So the memory is known, its owner is not.
///
//===----------------------------------------------------------------------===//

#include "CRubyBuffers.h"

#include "rtl/Context.h"
#include "rtl/Redirect.h"
#include "rtl/Retired.h"

#include "sanitizer_common/sanitizer_libc.h"

#include <dlfcn.h>

namespace gvlsan {

static void (*Free)(void *);
static void *(*Realloc)(void *, uptr);
static void *(*Malloc)(uptr);
static uptr (*UsableSize)(void *);

/// What a region itself gives back, it does not use any more.
static bool retire(void *Pointer, bool Moved) {
  return Pointer && !Thread.InRegion &&
         retire(reinterpret_cast<uptr>(Pointer), UsableSize(Pointer), Moved);
}

static void freeOfVm(void *Pointer) {
  if (LIKELY(!isBorrowing()) || !retire(Pointer, /*Moved=*/false))
    Free(Pointer);
}

static void *reallocOfVm(void *Old, uptr Size) {
  if (LIKELY(!isBorrowing()) || !Old || !Size || Thread.InRegion)
    return Realloc(Old, Size);
  // In place, or too large to be kept.
  uptr OldSize = UsableSize(Old);
  if (Size <= OldSize || OldSize > MaxRetired)
    return Realloc(Old, Size);
  void *New = Malloc(Size);
  if (!New)
    return nullptr;
  internal_memcpy(New, Old, OldSize);
  if (!retire(Old, /*Moved=*/true))
    Free(Old);
  return New;
}

template <typename F> static bool find(F *&Function, const char *Name) {
  Function = reinterpret_cast<F *>(dlsym(RTLD_DEFAULT, Name));
  return Function;
}

void keepBuffers(uptr AddressInVm) {
  // The process may have another allocator, which then answers for the size.
  if (!find(Free, "free") || !find(Realloc, "realloc") ||
      !find(Malloc, "malloc") || !find(UsableSize, "malloc_usable_size"))
    return;
  setReleaser(Free);
  redirectImports(AddressInVm, "free", reinterpret_cast<uptr>(freeOfVm));
  redirectImports(AddressInVm, "realloc", reinterpret_cast<uptr>(reallocOfVm));
}

} // namespace gvlsan
