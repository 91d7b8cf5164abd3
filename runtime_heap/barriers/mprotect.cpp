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

#include "barriers/Barrier.h"
#include "heap/Heap.h"

namespace rheap {
namespace {

class MprotectBarrier final : public Barrier {
public:
  const char *name() const override { return "mprotect"; }

  void beforeVacate(Heap &H, Page &P) override { H.Guards.protect(P); }

  bool onFault(Heap &H, Page &P) override {
    H.undoMoves(P);
    return true;
  }

  void endCompaction(Heap &H) override { H.Guards.unprotectAll(); }
};

} // namespace

Barrier &mprotectBarrier() {
  static MprotectBarrier B;
  return B;
}

} // namespace rheap
