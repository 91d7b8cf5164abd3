//===- Instrumentation.h - What instrumented code reads ---------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The runtime's half of what `gvlsan cc` puts into an extension
/// (sanitizer/pass; the other half, for a process without the runtime, is
/// pass/Fallback.c).
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_INSTRUMENTATION_H
#define GVLSAN_INSTRUMENTATION_H

#include "sanitizer_common/sanitizer_internal_defs.h"

/// 1 while the calling thread runs a callback without the lock: instrumented
/// functions then take their checked clone. A hint, set by the heap's adapter
/// where the VM runs callbacks; the checks ask the adapter for the truth.
extern "C" SANITIZER_INTERFACE_ATTRIBUTE THREADLOCAL unsigned char
    __gvlsan_without_gvl;

namespace gvlsan {

/// Tells instrumented code between which addresses the heap's pages lie. Called
/// by the heap's adapter whenever they may have changed.
void publishBounds();

} // namespace gvlsan

#endif // GVLSAN_INSTRUMENTATION_H
