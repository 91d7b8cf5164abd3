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

#include <link.h>

namespace gvlsan {

/// Counts the module when it is instrumented, and says so under verbosity, or
/// that it is not when it \p UsesVm. Says in any case when another version of
/// the pass built it. Once for each module, in dl_iterate_phdr(3).
void noteModule(const dl_phdr_info &Info, bool UsesVm);

} // namespace gvlsan

#endif // GVLSAN_INSTRUMENTEDMODULES_H
