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
/// (rule K2). Under judging all pages but its own are inaccessible while one
/// of these lives.
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

/// Whether \p P holds nothing that the dfree under way may use: false when the
/// calling thread runs none. Async-signal-safe.
bool isForbiddenToFree(const Page &P);

} // namespace rheap

#endif // RHEAP_JUDGE_IMMEDIATEFREE_H
