//===- Extensions.h - Which extensions are covered --------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Every loaded module that calls the VM or that `gvlsan cc` built, and how far
/// it is checked. Written to by one thread at a time (in dl_iterate_phdr(3)),
/// read by any; async-signal-safe.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_EXTENSIONS_H
#define GVLSAN_EXTENSIONS_H

#include "sanitizer_common/sanitizer_internal_defs.h"

namespace gvlsan {

using namespace __sanitizer;

struct Extension {
  const char *Path;
  /// Shipped with the VM: what it does is the VM's.
  bool IsVms;
  /// Its own loads and stores are checked.
  bool IsInstrumented;
  /// Version of the pass that built it, when it is not ours; 0 otherwise.
  u32 OtherVersion;
  /// Functions of the VM that need the lock: imported, and led to a stub.
  uptr Imports, Checked;
};

/// Remembers \p E; its path is copied.
void addExtension(const Extension &E);

u32 numExtensions();
const Extension &extension(u32 Index);

/// "instrumented", "patched" (its calls of the VM are checked) or "not
/// covered".
const char *coverage(const Extension &E);

/// Why \p E is not wholly covered, nullptr when it is.
const char *whyNotCovered(const Extension &E);

} // namespace gvlsan

#endif // GVLSAN_EXTENSIONS_H
