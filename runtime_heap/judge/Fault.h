//===- Fault.h - What a fault on a page or buffer means ---------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_JUDGE_FAULT_H
#define RHEAP_JUDGE_FAULT_H

namespace rheap {

/// Installs the handlers of SIGSEGV, SIGBUS and SIGTRAP. What is not the
/// heap's goes to the handlers that were there before.
void installFaultHandlers();

} // namespace rheap

#endif // RHEAP_JUDGE_FAULT_H
