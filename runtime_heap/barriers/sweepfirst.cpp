//===- sweepfirst.cpp - B.sweepfirst: sweep everything, then move ---------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// Every page is swept before the first object moves. No dfree runs while
// references are out of date, so code that holds the lock never meets an
// object that has moved, and no page is ever protected.
//
// Catches: nothing, because nothing is left to catch where the rules are kept:
// what a region may still use is pinned. Cannot catch: a region that uses an
// object which is not pinned (rules R1 and R2.a): there is no fault that could
// bring it back. Costs the mutator nothing, and a compaction one more look at
// the pages that objects left.
//
//===----------------------------------------------------------------------===//

#include "barriers/Barrier.h"

namespace rheap {
namespace {

class SweepFirstBarrier final : public Barrier {
public:
  bool sweepsFirst() const override { return true; }
};

} // namespace

Barrier &sweepFirstBarrier() {
  static SweepFirstBarrier B;
  return B;
}

} // namespace rheap
