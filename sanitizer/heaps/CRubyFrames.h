//===- CRubyFrames.h - What the VM itself says ------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_CRUBYFRAMES_H
#define GVLSAN_CRUBYFRAMES_H

#include "CRubyLayout.h"

namespace gvlsan {

/// Walks the calling thread's control frames with the VM's profiling API,
/// innermost first. Only in a snapshot: the VM reads its objects for it, which
/// is legal only while nobody else runs.
u32 readRubyStack(const CRubyLayout &Layout, RubyFrame *Out, u32 Max);

/// What the VM knows of the object in \p Slot. Only in a snapshot; what is
/// asked last is the most likely to crash there.
void readObjectFacts(const CRubyLayout &Layout, const SlotInfo &Slot,
                     ObjectFacts &Out);

/// The calling thread has the lock: remembers which Ractor's it is.
void noteRactor();

} // namespace gvlsan

#endif // GVLSAN_CRUBYFRAMES_H
