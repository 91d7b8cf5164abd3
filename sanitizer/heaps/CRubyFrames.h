//===- CRubyFrames.h - The Ruby-level stack ---------------------*- C++ -*-===//
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

/// The name of \p Slot's class. Only in a snapshot.
void readClassName(const CRubyLayout &Layout, const SlotInfo &Slot, char *Out,
                   uptr OutSize);

} // namespace gvlsan

#endif // GVLSAN_CRUBYFRAMES_H
