//===- FaultSignals.h - Standing before the program's handlers --*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// SIGSEGV and SIGTRAP come to us first; what is not ours goes to the handler
/// that the program has installed, of which it keeps hearing as if it were the
/// only one. Neither signal can be blocked: an access that traps while its
/// signal is blocked ends the process.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_FAULTSIGNALS_H
#define GVLSAN_FAULTSIGNALS_H

namespace gvlsan {

/// Installs our handlers. Once, at start-up.
void initializeFaultSignals();

} // namespace gvlsan

#endif // GVLSAN_FAULTSIGNALS_H
