//===- Visibility.cpp - What Ruby code has seen ---------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "judge/Visibility.h"

#include "gvl/Gvl.h"
#include "judge/Judge.h"
#include "judge/Races.h"
#include "model/String.h"

namespace rheap {

static thread_local RegionCall Region = {};

void makeVisible(VALUE V) {
  Page *P = RB_SPECIAL_CONST_P(V) ? nullptr : heap().pageOf(V);
  if (P && P->slotOf(reinterpret_cast<void *>(V)) == V)
    P->Visible.setShared(P->indexOf(reinterpret_cast<void *>(V)));
}

bool isExtensionCode(rb_method_func F) {
  return F && !isOwnCode(reinterpret_cast<const void *>(F));
}

bool isSharedWithRuby(Heap &H, VALUE V) {
  if (!H.isObject(V))
    return false;
  const auto *Slot = H.Memory.mirror(reinterpret_cast<const RBasic *>(V));
  unsigned Type = Slot->flags & TypeMask;
  if ((Type != T_STRING && Type != T_ARRAY) || !Slot->klass ||
      (Slot->flags & FL_FREEZE) ||
      (Type == T_STRING && (Slot->flags & StrLocked)))
    return false;
  Page *P = H.pageOf(V);
  return P->Visible.test(P->indexOf(reinterpret_cast<void *>(V)));
}

static bool hasOtherThreads() {
  std::lock_guard Guard(threadListLock());
  return threads().size() > 1;
}

RegionCall beginRegion(const void *Pc) {
  RegionCall Outer = Region;
  Region = {Judging && heap().Settings.Seal, Pc, {}};
  if (Region.Active && !gvl().holderTid())
    heap().External.seal();
  if (Region.Active && hasOtherThreads())
    watchForRaces();
  return Outer;
}

void endRegion(const RegionCall &Outer) {
  if (const void *P = Region.Used.Begin)
    report(gvlsan::RuleId::R2_c, GVLSAN_ACCESS_UNKNOWN, nullptr, P,
           Region.Used.Size, Region.Pc, nullptr);
  Region = Outer;
}

void noteCall(Heap &H, const Buffers::Info &Info) {
  // A report asks as well.
  if (Region.Active && !HoldsLock && !isReporting() && !Region.Used.Begin &&
      isSharedWithRuby(H, Info.Owner))
    Region.Used = Info;
}

} // namespace rheap
