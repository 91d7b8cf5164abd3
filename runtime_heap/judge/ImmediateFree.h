//===- ImmediateFree.h - What a dfree may look at ---------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_JUDGE_IMMEDIATEFREE_H
#define RHEAP_JUDGE_IMMEDIATEFREE_H

#include "heap/Page.h"

namespace rheap {

/// A dfree with RUBY_TYPED_FREE_IMMEDIATELY runs in the middle of a sweep, and
/// in the middle of a compaction if there is one: it may use its own struct,
/// and nothing of other objects (rule D1), nor hand their bytes to the kernel
/// (rule K2). Under judging all pages are inaccessible while one of these
/// lives; a struct that is embedded in the object's slot is opened for each
/// access.
class ImmediateFree {
public:
  /// With the lock, in a sweep. \p Free is what will be called for \p Object.
  ImmediateFree(VALUE Object, RUBY_DATA_FUNC Free);
  ~ImmediateFree();
  ImmediateFree(const ImmediateFree &) = delete;

private:
  bool Sealed;
};

/// The object whose dfree the calling thread runs, 0 when it runs none.
/// Async-signal-safe.
VALUE objectBeingFreed();

/// Whether the calling thread runs a dfree, and \p Address, in a page, is not
/// in the slot of its object. Async-signal-safe.
bool isForbiddenToFree(const void *Address);

/// The kernel is about to use \p Address, in a page, for the calling thread:
/// opens it if it is in the slot of the object that is being freed.
void openOwnSlot(const void *Address);

} // namespace rheap

#endif // RHEAP_JUDGE_IMMEDIATEFREE_H
