//===- PoolCompactor.h - The two fingers of one pool ------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_HEAP_POOLCOMPACTOR_H
#define RHEAP_HEAP_POOLCOMPACTOR_H

#include "heap/Heap.h"

namespace rheap {

/// Compacts one pool up to the point where the fingers meet. With the lock.
class PoolCompactor {
public:
  /// \p Swept: all pages have been swept already.
  PoolCompactor(Heap &H, Pool &P, bool Swept = false)
      : H(H), Pages(P.Pages), Swept(Swept) {}

  /// Moves at most \p Budget objects, and counts it down. \returns whether the
  /// fingers have met.
  bool advance(size_t &Budget);

  /// With references updated: sweeps the pages that the front finger did not
  /// reach.
  void sweepRest();

private:
  void enterPage();
  /// The next object from the back that may move; 0 when the fingers met.
  VALUE nextMovable();
  bool move(Page &To);

  Heap &H;
  std::vector<Page *> &Pages;
  bool Swept;
  bool Started = false;
  size_t Front = 0;
  size_t Back = 0;
  unsigned Slot = 0;
  Page *LastVacated = nullptr;
};

} // namespace rheap

#endif // RHEAP_HEAP_POOLCOMPACTOR_H
