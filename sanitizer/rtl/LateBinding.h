//===- LateBinding.h - Libraries that are bound past us ---------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A preloaded library comes first in the search for a symbol, but not for a
/// library that is loaded with RTLD_DEEPBIND: that one looks among its own
/// dependencies first. What it then has of libc's instead of ours is bound to
/// ours again.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_LATEBINDING_H
#define GVLSAN_LATEBINDING_H

#include "LoadedModule.h"

namespace gvlsan {

/// Learns what we export. Once, at start-up.
void initializeLateBinding();

/// Binds \p M to us where it is bound past us. In dl_iterate_phdr(3): it asks
/// the loader nothing.
void bindToUs(const LoadedModule &M);

} // namespace gvlsan

#endif // GVLSAN_LATEBINDING_H
