//===- Finding.h - What the checker reports ----------------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_FINDING_H
#define GVLSAN_ANALYSIS_FINDING_H

#include "rules/Catalogue.h"

#include "clang/Basic/SourceLocation.h"

#include <map>
#include <string>
#include <vector>

namespace gvlsan {

struct Note {
  clang::SourceLocation Where;
  std::string Message;
  /// When it lies in another translation unit, its place there.
  std::string File = {};
  unsigned Line = 0, Column = 0;
};

/// Text that makes the code right.
struct FixIt {
  /// In a file, never inside a macro; the text goes before it.
  clang::SourceLocation Where;
  std::string Insert;
};

struct Finding {
  RuleId Rule;
  Severity Level;
  /// In a file, never inside a macro.
  clang::SourceLocation Where;
  /// When the access lies in another translation unit, its place there; Where
  /// is then the call that leads to it.
  std::string File;
  unsigned Line = 0, Column = 0;
  std::string Function;
  std::string Message;
  /// Which of live, in place, unchanged, kernel-safe is not given; may be
  /// empty.
  std::string Missing;
  /// The story, in the order in which it happens.
  std::vector<Note> Notes;
  /// The abstract state, one fact a line (for --explain).
  std::vector<std::string> Facts;
  /// Applied together; empty when no edit is mechanical.
  std::vector<FixIt> FixIts = {};
};

/// Lets \p F end in the present translation unit, for front ends that cannot
/// point into another one: at the call that leads there, with the names of the
/// places in the text.
void endInUnit(Finding &F);

/// What was looked at: a run that found nothing can say what it judged.
struct Statistics {
  unsigned Functions = 0, FunctionsAnalysed = 0;
  unsigned Regions = 0, CallbacksResolved = 0;
  /// Callbacks that could not be followed, by the reason.
  std::map<std::string, unsigned> Unresolved;
  unsigned ApiCalls = 0, ApiCallsInRegions = 0;
  /// Pointers taken out of objects.
  unsigned Borrows = 0;
  /// Accesses in regions that were judged.
  unsigned Accesses = 0;
  /// Functions that were given up, with the reason.
  std::map<std::string, std::string> OverBudget;

  /// What the rules outside regions had to judge, such as "T_DATA types".
  std::map<std::string, unsigned> Looked;

  unsigned unresolved() const {
    unsigned N = 0;
    for (const auto &[Reason, Count] : Unresolved)
      N += Count;
    return N;
  }
  void add(const Statistics &S) {
    Functions += S.Functions;
    FunctionsAnalysed += S.FunctionsAnalysed;
    Regions += S.Regions;
    CallbacksResolved += S.CallbacksResolved;
    for (const auto &[Reason, Count] : S.Unresolved)
      Unresolved[Reason] += Count;
    ApiCalls += S.ApiCalls;
    ApiCallsInRegions += S.ApiCallsInRegions;
    Borrows += S.Borrows;
    for (const auto &[What, Count] : S.Looked)
      Looked[What] += Count;
    Accesses += S.Accesses;
    OverBudget.insert(S.OverBudget.begin(), S.OverBudget.end());
  }
};

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_FINDING_H
