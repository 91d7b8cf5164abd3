//===- Rounds.h - Files that learn of each other -----------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_ROUNDS_H
#define GVLSAN_TOOL_ROUNDS_H

#include "tool/Cache.h"
#include "tool/Unit.h"

namespace gvlsan {

struct RoundsRequest {
  unsigned Jobs = 1;
  /// The folder to which file names are relative when judgements are compared
  /// or kept: an absolute name.
  std::string Root;
  /// When it is there: all that is known of the other files, for one round.
  const Joined *Given = nullptr;
  /// Where judgements are kept from one run to the next.
  Cache *Store = nullptr;
};

/// What a run took, for people.
struct RoundsCount {
  unsigned Rounds = 0, Parsed = 0, Judged = 0, FromCache = 0;
};

/// Judges each unit, which has its settings, by itself, those that come judged
/// excepted; then, as long as that teaches a unit anything new of the others,
/// that unit again. The result does not depend on the number of jobs.
RoundsCount judgeAll(std::vector<Unit> &Units, const RoundsRequest &Request);

/// What \p Units tell, joined.
Joined joinAll(const std::vector<Unit> &Units);

/// Whether \p U would come to the same with \p All.
bool isSettled(const Unit &U, const Joined &All, llvm::StringRef Root);

} // namespace gvlsan

#endif // GVLSAN_TOOL_ROUNDS_H
