//===- Engine.h - The analysis of one translation unit -----------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The face of the analysis: a translation unit in, findings out. Front ends
/// include this and nothing else of analysis/.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_ENGINE_H
#define GVLSAN_ANALYSIS_ENGINE_H

#include "analysis/Finding.h"
#include "analysis/Summary.h"
#include "api/ApiModel.h"

#include <cstdint>
#include <vector>

namespace clang {
class ASTContext;
}

namespace gvlsan {

struct Options {
  gvlsan::Profile Profile = Practical;
  /// 100 * major + minor; 0: every supported Ruby.
  unsigned Ruby = 0;
  /// Fill Finding::Facts.
  bool Explain = false;
  /// What is known of functions of other files; may be null.
  const Index *Others = nullptr;
  /// Functions that other files call without the lock; may be null.
  const ReleasedCalls *Entered = nullptr;
  /// What the rules tell of all files (RuleUnit::tell); may be null.
  const std::set<std::string> *Known = nullptr;
  /// Blocks visited below one root function before it is given up; a block
  /// with a large state counts more than once.
  unsigned Budget = 60000;
  /// The same for all functions of a file together.
  unsigned UnitBudget = 1200000;
};

struct Analysis {
  std::vector<Finding> Findings;
  Statistics Stats;
  /// What other files need to know of this one.
  Index Summaries;
  /// Functions out of sight that the extension calls.
  std::set<std::string> Calls;
  /// Those of them that it calls without the lock.
  ReleasedCalls Released;
  /// What the functions may come to that other files can call.
  std::map<std::string, Reach> Reaches;
  /// What the rules tell other files, and what they asked for.
  std::set<std::string> Told, Asked;
};

/// Reads "3.3" or "3.3.1" as 303. \returns whether it is a version.
bool parseRuby(llvm::StringRef Text, unsigned &Version);

/// Analyses \p Context's translation unit: every function that can reach a
/// region, and all of it for the rules that hold elsewhere.
Analysis analyse(clang::ASTContext &Context, const ApiModel &Model,
                 const Options &Opts);

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_ENGINE_H
