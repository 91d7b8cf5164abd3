//===- Visibility.h - What Ruby code has seen -------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_JUDGE_VISIBILITY_H
#define RHEAP_JUDGE_VISIBILITY_H

#include "heap/Heap.h"

namespace rheap {

/// Rule R2.c, exactly: an object is visible to Ruby code once it has been an
/// argument, the receiver or the result of a method of an extension, was
/// yielded, or was found by a marking in an object that is not hidden. What C
/// alone refers to (locals, registered globals, structs) is not. Under judging;
/// with the lock.
void makeVisible(VALUE V);
inline void makeVisible(VALUE Self, int Argc, const VALUE *Argv) {
  makeVisible(Self);
  for (int I = 0; I < Argc; ++I)
    makeVisible(Argv[I]);
}

/// Whether \p F is a method that an extension defines.
bool isExtensionCode(rb_method_func F);

/// Whether Ruby code may change \p V, the owner of a buffer, at any time: a
/// string or an array that is visible and neither frozen, hidden nor locked.
/// Any thread, async-signal-safe.
bool isSharedWithRuby(Heap &H, VALUE V);

/// A region that is under way on the calling thread.
struct RegionCall {
  bool Active;
  const void *Pc; ///< of the call that began it
  /// The first buffer of a visible owner that a libc or system call used.
  Buffers::Info Used;
};

/// Around the callback of a region that the call at \p Pc began. \returns what
/// endRegion wants back.
RegionCall beginRegion(const void *Pc);
/// Reports what noteCall has noted, which the sanitizer cannot be told while it
/// asks.
void endRegion(const RegionCall &Outer);

/// The sanitizer asks about a sealed buffer, which a call is about to use.
void noteCall(Heap &H, const Buffers::Info &Info);

} // namespace rheap

#endif // RHEAP_JUDGE_VISIBILITY_H
