//===- State.h - The abstract state at a program point -----------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_STATE_H
#define GVLSAN_ANALYSIS_STATE_H

#include "analysis/Places.h"

#include <map>
#include <set>

namespace gvlsan {

/// Of the thread that runs the code. A signal handler starts as Either.
enum class Lock : uint8_t { Held, Released, Either };

struct State {
  Lock Gvl = Lock::Held;
  /// What was stored; a place without an entry has its initial value.
  std::map<PlaceId, Value> Memory;
  /// What differs from the facts an owner was made with.
  std::map<OwnerId, ObjectFacts> Facts;
  /// Variables whose address is known to code out of sight: their memory has
  /// to be kept up to date at every call.
  std::set<PlaceId> Escaped;

  friend bool operator==(const State &, const State &) = default;
};

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_STATE_H
