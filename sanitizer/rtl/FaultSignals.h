//===- FaultSignals.h - Standing before the program's handlers --*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// SIGSEGV and SIGTRAP, when pages are sealed, and SIGSYS, when system calls
/// are caught, come to us first; what is not ours goes to the handler that the
/// program has installed, of which it keeps hearing as if it were the only one.
/// None of them can be blocked then: what traps while its signal is blocked
/// ends the process.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_FAULTSIGNALS_H
#define GVLSAN_FAULTSIGNALS_H

namespace gvlsan {

// Install our handlers. Once, at start-up.
void catchFaultSignals();
void catchSyscallSignals();

} // namespace gvlsan

#endif // GVLSAN_FAULTSIGNALS_H
