//===- Rounds.h - Files that learn of each other ----------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_ROUNDS_H
#define GVLSAN_TOOL_ROUNDS_H

#include "tool/Unit.h"

namespace gvlsan {

/// Each unit by itself; then, as long as that teaches anything new about
/// functions that others call, or that others enter without the lock, those
/// again.
void analyseAll(std::vector<Unit> &Units, Options Opts);

} // namespace gvlsan

#endif // GVLSAN_TOOL_ROUNDS_H
