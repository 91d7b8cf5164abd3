//===- Unit.h - What one source came to -------------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_UNIT_H
#define GVLSAN_TOOL_UNIT_H

#include "analysis/Engine.h"
#include "tool/Compile.h"
#include "tool/Output.h"

namespace gvlsan {

/// What one source came to.
struct Unit {
  const Batch *From;
  std::string Source;
  bool Analysed = false;
  std::string Error = {};
  Statistics Stats = {};
  std::vector<Report> Reports = {};
  unsigned Suppressed = 0;
  Index Summaries = {};
  std::set<std::string> Calls = {};
  ReleasedCalls Released = {};
  std::map<std::string, Reach> Reaches = {};
  std::set<std::string> Told = {}, Asked = {};
};

/// Joins the units; what several report, a header's code, counts once.
Summary merge(std::vector<Unit> &Units);

} // namespace gvlsan

#endif // GVLSAN_TOOL_UNIT_H
