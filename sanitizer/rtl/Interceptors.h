//===- Interceptors.h - The groups of interceptors --------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_INTERCEPTORS_H
#define GVLSAN_INTERCEPTORS_H

#include "sanitizer_common/sanitizer_internal_defs.h"

namespace gvlsan {

using namespace __sanitizer;

/// Whether the functions behind the interceptors are known. An interceptor that
/// finds this false calls \c initialize first.
extern bool Initialized;

/// Initialises the runtime, once: from the library's constructor or from the
/// first intercepted call, whichever comes first; always the first thread.
void initialize();

// Resolve the functions behind each group.
void initializeStringInterceptors();
void initializeKernelInterceptors();
void initializeObservers();
void initializeGivenBack();
void initializeSignalObservers();
/// \p MayNest: a thread that holds the lock may ask for it.
void initializeRegions(bool MayNest);
void initializeThreads();

/// What extensions are to call for the function \p Name of a VM that is the
/// program, which no preloaded library comes before; 0: that function.
uptr regionWrapper(const char *Name);

/// The same of what has the VM call a function when a thread gets or loses the
/// lock, for any VM: extensions ask whether there is such a function, which an
/// exported one of ours would answer.
uptr eventHookWrapper(const char *Name);

} // namespace gvlsan

#endif // GVLSAN_INTERCEPTORS_H
