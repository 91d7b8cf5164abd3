//===- Exchange.h - What files tell each other -------------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The analysis of one file tells something to the others, and what all files
/// tell is joined and told to each. Each function here is pure, and joining
/// does not depend on the order of the files: one process, many, or a build
/// system on many machines come to the same.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_EXCHANGE_H
#define GVLSAN_ANALYSIS_EXCHANGE_H

#include "analysis/Summary.h"

#include <string>
#include <vector>

namespace gvlsan {

/// What one file tells the others, and the names by which it asks.
struct Exchange {
  /// What its exported functions do with what they are given.
  Index Summaries;
  /// Functions out of sight that it mentions: it asks for their summaries.
  std::set<std::string> Calls;
  /// Those of them that it calls without the lock.
  ReleasedCalls Released;
  /// What the functions may come to that other files can call. It asks whether
  /// others enter them without the lock.
  std::map<std::string, Reach> Reaches;
  /// What the rules tell other files, and what they ask for.
  std::set<std::string> Told, Asked;

  void add(const Exchange &Other);
};

/// What all files tell, in the form in which the analysis takes it.
struct Joined {
  Index Others;
  /// Functions that some file calls without the lock and that can come to need
  /// it.
  ReleasedCalls Entered;
  /// Facts of the rules.
  std::set<std::string> Known;
  /// Functions that can come to need the lock, through whatever file; no
  /// analysis asks for them.
  std::set<std::string> Needing;

  friend bool operator==(const Joined &, const Joined &) = default;
};

/// Joins what \p Files tell. The order does not matter.
Joined join(const std::vector<const Exchange *> &Files);

/// The part of \p All that the analysis of the file which tells \p File can
/// have asked for. With an equal part it comes to the same again.
Joined slice(const Joined &All, const Exchange &File);

/// Whether \p All holds what \p File tells.
bool covers(const Joined &All, const Exchange &File);

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_EXCHANGE_H
