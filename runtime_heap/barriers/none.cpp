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
namespace {

class NoBarrier final : public Barrier {
public:
  const char *name() const override { return "none"; }
};

} // namespace

Barrier &noBarrier() {
  static NoBarrier B;
  return B;
}

} // namespace rheap
