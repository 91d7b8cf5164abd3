//===- none.cpp - No barrier, for reference -------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// User code that runs during a compaction sees T_MOVED slots.
//
//===----------------------------------------------------------------------===//

#include "barriers/Barrier.h"

namespace rheap {

Barrier &noBarrier() {
  static Barrier B;
  return B;
}

} // namespace rheap
