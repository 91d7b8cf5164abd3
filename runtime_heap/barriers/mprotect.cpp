//===- mprotect.cpp - B.mprotect: protect, fault, undo --------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// CRuby's design: a page that objects have left is protected until references
// are updated. An access from user code faults, and the handler brings every
// object of that page back before the access goes on.
//
// Catches: user-mode accesses of any thread. Cannot catch: the kernel's own
// accesses on behalf of a system call, which fail with EFAULT (Bug #20169);
// and it protects whole pages, so that a neighbour which did not move is as
// much out of the kernel's reach as the slot that did.
//
//===----------------------------------------------------------------------===//

#include "barriers/Protecting.h"

namespace rheap {

Barrier &mprotectBarrier() {
  static ProtectingBarrier B;
  return B;
}

} // namespace rheap
