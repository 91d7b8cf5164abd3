//===- CRubyBuffers.h - What CRuby frees and reallocates --------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_CRUBYBUFFERS_H
#define GVLSAN_CRUBYBUFFERS_H

#include "sanitizer_common/sanitizer_internal_defs.h"

namespace gvlsan {

using namespace __sanitizer;

/// Leads the free and realloc of the module that holds \p AddressInVm to us,
/// which retire (rtl/Retired.h) what the VM gives back while a region of an
/// extension is open. At start-up.
void keepBuffers(uptr AddressInVm);

} // namespace gvlsan

#endif // GVLSAN_CRUBYBUFFERS_H
