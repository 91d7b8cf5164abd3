//===- Tag.cpp - Where exceptions land ------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "gvl/Tag.h"

#include "gvl/Gvl.h"

namespace rheap {

void enterTag(Tag &T) {
  T.Outer = Current->Tags;
  T.Top = Current->Top;
  T.Running = Current->Running;
  Current->Tags = &T;
}

void leaveTag(Tag &T) { Current->Tags = T.Outer; }

void landed(Tag &T) {
  // The jump may have crossed the end of a region: from inside
  // rb_thread_call_with_gvl, or against the rules from the region itself.
  Thread &Self = *Current;
  {
    std::lock_guard Guard(Self.UnblockLock);
    Self.Unblock = nullptr;
  }
  if (!HoldsLock)
    gvl().acquire(Self);
  Self.StackTop.store(nullptr, std::memory_order_release);
  Self.InRegion = false;
  Self.Top = T.Top;
  Self.Running = T.Running;
}

void jump(int State) {
  Tag *T = Current ? Current->Tags : nullptr;
  if (!T)
    rb_bug("an exception has nowhere to go");
  _longjmp(T->Buffer, State);
}

} // namespace rheap
