//===- Explore.h - All schedules of a small program -------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_TOOL_EXPLORE_H
#define RHEAP_TOOL_EXPLORE_H

#include <string>
#include <vector>

namespace rheap {

struct Exploration {
  /// The arguments of `rheap run`.
  std::vector<std::string> Command;
  /// A schedule may leave a thread that could go on this often.
  unsigned MaxSwitches = 2;
  unsigned MaxRuns = 2000;
};

/// Runs the program under every schedule within the bounds, each in a process
/// of its own, and prints what came of them. \returns the exit status: 0 when
/// all ended alike, 1 when they did not, 2 when MaxRuns were not enough.
int explore(const Exploration &E);

} // namespace rheap

#endif // RHEAP_TOOL_EXPLORE_H
