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

#include "analysis/Exchange.h"
#include "analysis/Finding.h"
#include "api/ApiModel.h"

#include <cstdint>
#include <vector>

namespace clang {
class ASTContext;
} // namespace clang

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

/// The findings, and what other files need to know of this one.
struct Analysis : Exchange {
  std::vector<Finding> Findings;
  Statistics Stats;
};

/// What a rule that is judged over a whole unit came to, and the answers to
/// what it asked of other files.
struct RuleRun {
  bool IsNew = true;
  std::map<std::string, bool> Answers;
  std::vector<Finding> Findings;
  std::set<std::string> Told;
  std::map<std::string, unsigned> Looked;
};

/// By the rule's function. Valid for one ASTContext, model and set of options.
using RuleRuns = std::map<std::string, RuleRun>;

/// Analyses \p Context's translation unit: every function that can reach a
/// region, and all of it for the rules that hold elsewhere.
/// \param [in,out] Earlier what the unit's rules came to when it was analysed
/// before, with other knowledge of other files; may be null.
Analysis analyse(clang::ASTContext &Context, const ApiModel &Model,
                 const Options &Opts, RuleRuns *Earlier = nullptr);

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_ENGINE_H
