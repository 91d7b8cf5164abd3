//===- Output.h - Findings as a user reads them ------------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_OUTPUT_H
#define GVLSAN_TOOL_OUTPUT_H

#include "analysis/Finding.h"
#include "rules/report/FindingRecord.h"

#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace gvlsan {

/// A finding that has outlived its translation unit.
struct Located {
  std::string File;
  unsigned Line = 0, Column = 0;
  std::string Message;
};

struct Report {
  RuleId Rule;
  Severity Level;
  Located At;
  std::string Function, Missing;
  std::vector<Located> Notes;
  std::vector<std::string> Facts;
  std::vector<SourceEdit> Edits = {};
  /// The lines of the function that it lies in; 0 when it lies in none.
  unsigned FirstLine = 0, LastLine = 0;
};

/// What a whole run came to.
struct Summary {
  std::vector<Report> Reports;
  Statistics Stats;
  unsigned Files = 0, NotAnalysed = 0, Suppressed = 0;
  /// Findings that are not among the reports: hidden by the settings, known in
  /// the baseline, outside of what changed.
  unsigned Hidden = 0, InBaseline = 0, Unchanged = 0;
  /// What the baseline holds and the code no longer does.
  unsigned Gone = 0;
};

/// \p R as all formats take it.
FindingRecord recordOf(const Report &R);

/// \param WithAdvice whether to say what would make the code right.
void printText(const Report &R, bool Explain, bool WithAdvice,
               llvm::raw_ostream &Out);
/// The summary record that ends the JSON output.
void printJsonSummary(const Summary &S, llvm::raw_ostream &Out);
/// The one line that ends the text output.
void printSummary(const Summary &S, llvm::raw_ostream &Out);
/// What each rule looked at.
void printStatistics(const Summary &S, llvm::raw_ostream &Out);

} // namespace gvlsan

#endif // GVLSAN_TOOL_OUTPUT_H
