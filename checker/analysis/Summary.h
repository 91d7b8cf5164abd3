//===- Summary.h - What other files need to know -----------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A function that another file calls is known there by what it does without
/// the lock to what it is given: memory it follows, and functions it runs.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_SUMMARY_H
#define GVLSAN_ANALYSIS_SUMMARY_H

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace gvlsan {

/// Memory behind a parameter that is followed without the lock.
struct RegionUse {
  unsigned Parameter = 0;
  /// The fields from what the parameter points to, to the pointer that is
  /// followed; empty when it is the parameter itself.
  std::vector<std::string> Path;
  bool Kernel = false;
  /// The function that follows it; empty when the code itself does.
  std::string By;
  /// Where, for people: the function, and the place in its file.
  std::string Function, File;
  unsigned Line = 0, Column = 0;

  friend bool operator<(const RegionUse &A, const RegionUse &B) {
    return std::tie(A.Parameter, A.Path, A.Kernel, A.By, A.File, A.Line,
                    A.Column) < std::tie(B.Parameter, B.Path, B.Kernel, B.By,
                                         B.File, B.Line, B.Column);
  }
  friend bool operator==(const RegionUse &, const RegionUse &) = default;
};

/// A parameter that is run as a function without the lock.
struct RegionCallback {
  unsigned Function = 0;
  /// The parameter that it is run on; -1: none that is known.
  int Data = -1;

  friend auto operator<=>(const RegionCallback &,
                          const RegionCallback &) = default;
};

struct FunctionSummary {
  std::set<RegionUse> Uses;
  std::set<RegionCallback> Callbacks;

  friend bool operator==(const FunctionSummary &,
                         const FunctionSummary &) = default;
};

/// By the function's qualified name.
using Index = std::map<std::string, FunctionSummary>;

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_SUMMARY_H
