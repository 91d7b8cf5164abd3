//===- Redirect.h - A module's calls led elsewhere --------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_REDIRECT_H
#define GVLSAN_REDIRECT_H

#include "sanitizer_common/sanitizer_internal_defs.h"

namespace gvlsan {

using namespace __sanitizer;

/// Lets what the module that holds \p AddressInModule calls as \p Name be the
/// function at \p To, also where its import table is read-only. At start-up.
/// \returns whether there is such an import and all its slots lead there now.
bool redirectImports(uptr AddressInModule, const char *Name, uptr To);

} // namespace gvlsan

#endif // GVLSAN_REDIRECT_H
