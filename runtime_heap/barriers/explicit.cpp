//===- explicit.cpp - B.explicit: reads are written down ------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// A reference is read from an object with RB_OBJ_READ. While a compaction is
// under way that looks whether the target has moved, writes the new address
// into the owner, and pins the target, which is on a machine stack from now
// on. Types opt in with RUBY_TYPED_RB_PROT; an object that has not stays where
// it is, and so does all that it refers to; when it is dead its dfree runs
// before anything moves. Of the runtime's own types those
// whose references are read through the API alone have opted in: strings,
// arrays, floats and integers.
//
// Catches: what it is asked about, at the granularity of a VALUE. No page is
// protected, so the kernel is never refused. Cannot catch: a type that has
// opted in and reads a reference without the macro, and a region that uses an
// object which is not pinned (rules R1 and R2.a). Costs every read a look at
// one flag, and compaction all that the extensions which have not opted in
// hold.
//
//===----------------------------------------------------------------------===//

#include "barriers/Barrier.h"
#include "heap/Heap.h"

#include "rheap/internal.h"

int rheap_reads_are_checked = 0;

using namespace rheap;

namespace {

class ExplicitBarrier final : public Barrier {
public:
  bool needsOptIn() const override { return true; }
  bool worksInSteps() const override { return true; }
  void beginCompaction(Heap &) override { rheap_reads_are_checked = 1; }
  void endCompaction(Heap &) override { rheap_reads_are_checked = 0; }
};

} // namespace

VALUE rheap_checked_read(VALUE, VALUE *Reference) {
  Heap &H = heap();
  VALUE V = H.location(*Reference);
  if (V != *Reference) {
    *Reference = V;
    H.NumReadsHealed.fetch_add(1, std::memory_order_relaxed);
  }
  H.pin(V);
  return V;
}

namespace rheap {

Barrier &explicitBarrier() {
  static ExplicitBarrier B;
  return B;
}

} // namespace rheap
