//===- Flags.h - Flags of the runtime ---------------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_FLAGS_H
#define GVLSAN_FLAGS_H

#include "sanitizer_common/sanitizer_internal_defs.h"

namespace gvlsan {

struct Flags {
#define GVLSAN_FLAG(Type, Name, Default, Description) Type Name;
#include "Flags.inc"
};

const Flags &flags();

/// Reads GVLSAN_OPTIONS. A flag that does not exist is one warning on stderr; a
/// value that cannot be parsed ends the process.
void initializeFlags();

} // namespace gvlsan

#endif // GVLSAN_FLAGS_H
