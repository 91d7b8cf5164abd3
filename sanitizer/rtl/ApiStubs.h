//===- ApiStubs.h - The way of an API call through us -----------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A stub stands for a function of the VM in an extension's import table. When
/// the thread surely holds the lock it jumps on, after one thread-local load;
/// else it asks \c gvlsan_api_check first. All argument registers come through,
/// so no signature is needed, and the function returns to its caller itself.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_APISTUBS_H
#define GVLSAN_APISTUBS_H

/// How many functions can have one; libruby 3.1 exports 1666, 3.3 fewer.
#define GVLSAN_API_STUBS 2560
/// Bytes from one stub to the next, as a power of two.
#if defined(__x86_64__)
#define GVLSAN_API_STUB_SHIFT 5
#else
#define GVLSAN_API_STUB_SHIFT 6
#endif
/// The offset of ThreadContext::SurelyHolds.
#define GVLSAN_SURELY_HOLDS 8

#ifndef __ASSEMBLER__

#include "sanitizer_common/sanitizer_internal_defs.h"

extern "C" {
/// The first stub; ApiStubs.S.
extern char gvlsan_api_stubs[] __attribute__((visibility("hidden")));
/// Where stub N jumps to; filled before the stub is used.
extern __sanitizer::uptr gvlsan_api_targets[GVLSAN_API_STUBS]
    __attribute__((visibility("hidden")));
/// Called by stub \p Index with the first \p Args (six on x86-64, eight on
/// AArch64) and the address that the call returns to.
void gvlsan_api_check(__sanitizer::uptr Index, const __sanitizer::uptr *Args,
                      __sanitizer::uptr Pc)
    __attribute__((visibility("hidden")));
}

#endif // __ASSEMBLER__
#endif // GVLSAN_APISTUBS_H
