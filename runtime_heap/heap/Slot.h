//===- Slot.h - What a slot that is no object holds -------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_HEAP_SLOT_H
#define RHEAP_HEAP_SLOT_H

#include "ruby/ruby.h"

namespace rheap {

/// T_NONE: on its page's free list.
struct FreeSlot {
  VALUE Flags;
  VALUE Next;
};

/// Under judging: T_NONE, and not on the free list before some collections
/// after the one that is numbered here; 0: it is.
struct DeadSlot {
  VALUE Flags;
  VALUE Next;
  size_t DiedAt;
};

/// T_MOVED: the object went to Destination in the Compaction of that number.
struct MovedSlot {
  VALUE Flags;
  VALUE Compaction;
  VALUE Destination;
};

inline constexpr VALUE TypeMask = RUBY_T_MASK;

inline VALUE &flagsOf(VALUE V) { return *reinterpret_cast<VALUE *>(V); }
inline unsigned typeOf(VALUE V) { return flagsOf(V) & TypeMask; }
inline VALUE &klassOf(VALUE V) { return reinterpret_cast<VALUE *>(V)[1]; }

/// Of any VALUE.
inline bool isHeapType(VALUE V, unsigned Type) {
  return !RB_SPECIAL_CONST_P(V) && typeOf(V) == Type;
}

} // namespace rheap

#endif // RHEAP_HEAP_SLOT_H
