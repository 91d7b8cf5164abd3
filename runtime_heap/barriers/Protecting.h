//===- Protecting.h - What designs with page protection share ---*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_BARRIERS_PROTECTING_H
#define RHEAP_BARRIERS_PROTECTING_H

#include "barriers/Barrier.h"
#include "heap/Heap.h"

namespace rheap {

/// A page that objects have left is inaccessible until references are updated.
/// An access faults, and the handler brings the page's objects back.
class ProtectingBarrier : public Barrier {
public:
  void beforeVacate(Heap &H, Page &P) override { H.Guards.protect(P); }

  bool onFault(Heap &H, Page &P) override {
    H.undoMoves(P);
    return true;
  }

  void reopen(Heap &H, Page &P) override { H.Guards.unprotect(P); }

  void endCompaction(Heap &H) override { H.Guards.unprotectAll(); }
};

} // namespace rheap

#endif // RHEAP_BARRIERS_PROTECTING_H
