//===- InstrumentedModules.h - Which libraries are built by us --*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Looks for the notes that the pass leaves in objects (pass/PassVersion.h).
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_INSTRUMENTEDMODULES_H
#define GVLSAN_INSTRUMENTEDMODULES_H

#include "sanitizer_common/sanitizer_internal_defs.h"

#include <link.h>

namespace gvlsan {

/// Remembers the module (Extensions.h) when it is instrumented or imports
/// functions of the VM that need the lock, \p Imports, of which \p Checked lead
/// to a stub. Says under verbosity whether it is instrumented, and in any case
/// when another version of the pass built it. Once for each module, in
/// dl_iterate_phdr(3).
void noteModule(const dl_phdr_info &Info, __sanitizer::uptr Imports,
                __sanitizer::uptr Checked);

} // namespace gvlsan

#endif // GVLSAN_INSTRUMENTEDMODULES_H
