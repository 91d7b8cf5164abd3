//===- Unit.cpp - What one source came to ---------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/Unit.h"

#include "llvm/ADT/STLExtras.h"

#include <map>

using namespace gvlsan;

/// What tells findings of one rule in one place apart: for the rules about an
/// object's memory, which object; several can be used by one call.
static std::string subject(const Report &R) {
  bool IsAboutOwner =
      R.Rule == RuleId::R1_e || R.Rule == RuleId::K1 || R.Rule == RuleId::R2_a;
  if (!IsAboutOwner || R.Notes.empty())
    return R.Function;
  const Located &Origin = R.Notes.front();
  return R.Function + " " + Origin.File + ":" + std::to_string(Origin.Line) +
         ":" + std::to_string(Origin.Column);
}

Summary gvlsan::merge(std::vector<Unit> &Units) {
  Summary Result;
  // Functions that one macro makes share their places.
  std::map<std::tuple<std::string, unsigned, unsigned, RuleId, std::string>,
           size_t>
      Seen;
  for (Unit &U : Units) {
    ++Result.Files;
    Result.NotAnalysed += !U.Analysed;
    Result.Suppressed += U.Suppressed;
    Result.Stats.add(U.Stats);
    for (Report &R : U.Reports) {
      auto [It, New] = Seen.try_emplace(
          {R.At.File, R.At.Line, R.At.Column, R.Rule, subject(R)},
          Result.Reports.size());
      if (New)
        Result.Reports.push_back(std::move(R));
      else if (R.Level > Result.Reports[It->second].Level)
        Result.Reports[It->second] = std::move(R);
    }
  }
  llvm::sort(Result.Reports, [](const Report &A, const Report &B) {
    return std::tie(A.At.File, A.At.Line, A.At.Column, A.Rule) <
           std::tie(B.At.File, B.At.Line, B.At.Column, B.Rule);
  });
  return Result;
}
