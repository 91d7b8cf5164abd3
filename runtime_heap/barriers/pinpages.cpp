//===- pinpages.cpp - B.pinpages: pages on a machine stack stay -----------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// As B.mprotect, but no object moves off a page that has an object live on a
// machine stack, so such a page is never protected.
//
// Catches: the program of Bug #20169, whose string is on the stack of the
// thread that writes it. Cannot catch: the kernel's accesses to an object that
// something else keeps in place (a registered address, a dmark), and those of
// a dfree, whose objects are on no stack: EFAULT as before. Moves fewer
// objects the more the stacks hold.
//
//===----------------------------------------------------------------------===//

#include "barriers/Protecting.h"

namespace rheap {
namespace {

class PinPagesBarrier final : public ProtectingBarrier {
public:
  bool mayVacate(const Page &P) const override { return !P.OnStack; }
};

} // namespace

Barrier &pinPagesBarrier() {
  static PinPagesBarrier B;
  return B;
}

} // namespace rheap
