//===- JudgementFields.h - What a judgement consists of ---------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The visitors of Archive.h for what a source came to.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_JUDGEMENTFIELDS_H
#define GVLSAN_TOOL_JUDGEMENTFIELDS_H

#include "analysis/IndexFile.h"
#include "tool/Unit.h"

namespace gvlsan {

inline llvm::StringRef spellRule(RuleId Id) { return ruleInfo(Id).Name; }
inline bool parseRule(llvm::StringRef Text, RuleId &Id) {
  const RuleInfo *Found = findRule(Text.str().c_str());
  if (Found)
    Id = Found->Id;
  return Found;
}
inline llvm::StringRef spellLevel(Severity S) {
  return S == Severity::Error ? "error" : "warning";
}
inline bool parseLevel(llvm::StringRef Text, Severity &S) {
  S = Text == "error" ? Severity::Error : Severity::Warning;
  return Text == "error" || Text == "warning";
}

template <class A> void fields(A &Ar, Located &V) {
  auto &[File, Line, Column, Message] = V;
  Ar.path("file", File);
  Ar("line", Line);
  Ar("column", Column);
  Ar.text("message", Message);
}
template <class A> void fields(A &Ar, SourceEdit &V) {
  auto &[Where, Insert] = V;
  Ar.path("file", Where.File);
  Ar("line", Where.Line);
  Ar("column", Where.Column);
  Ar("insert", Insert);
}
template <class A> void fields(A &Ar, Report &V) {
  auto &[Rule, Level, At, Function, Missing, Notes, Facts, Edits, FirstLine,
         LastLine] = V;
  Ar.choice("rule", Rule, spellRule, parseRule);
  Ar.choice("severity", Level, spellLevel, parseLevel);
  fields(Ar, At);
  Ar("function", Function);
  Ar("missing", Missing);
  Ar("notes", Notes);
  Ar("state", Facts);
  Ar("edits", Edits);
  Ar("first_line", FirstLine);
  Ar("last_line", LastLine);
}
template <class A> void fields(A &Ar, Statistics &V) {
  auto &[Functions, FunctionsAnalysed, Regions, CallbacksResolved, Unresolved,
         ApiCalls, ApiCallsInRegions, Borrows, Accesses, OverBudget, Looked] =
      V;
  Ar("functions", Functions);
  Ar("functions_analysed", FunctionsAnalysed);
  Ar("regions", Regions);
  Ar("callbacks_resolved", CallbacksResolved);
  Ar("callbacks_unresolved", Unresolved);
  Ar("api_calls", ApiCalls);
  Ar("api_calls_in_regions", ApiCallsInRegions);
  Ar("borrows", Borrows);
  Ar("accesses", Accesses);
  Ar("over_budget", OverBudget);
  Ar("looked", Looked);
}
template <class A> void fields(A &Ar, Command &V) {
  auto &[Directory, Arguments] = V;
  // The root itself is below nothing.
  Ar.folder("directory", Directory);
  Ar.texts("arguments", Arguments);
}
template <class A> void fields(A &Ar, ReadFile &V) {
  auto &[File, Hash] = V;
  Ar.path("file", File);
  Ar("hash", Hash);
}
template <class A> void fields(A &Ar, Judgement &V) {
  auto &[Analysed, Error, Stats, Reports, Suppressed, Tells, Reads, Against] =
      V;
  Ar("analysed", Analysed);
  Ar.text("error", Error);
  Ar("statistics", Stats);
  Ar("reports", Reports);
  Ar("suppressed", Suppressed);
  Ar("tells", Tells);
  Ar("reads", Reads);
  Ar("against", Against);
}

} // namespace gvlsan

#endif // GVLSAN_TOOL_JUDGEMENTFIELDS_H
