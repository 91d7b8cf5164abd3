//===- Output.cpp - Findings as a user reads them -------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/Output.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

using namespace gvlsan;

static const char *name(Severity S) {
  return S == Severity::Error ? "error" : "warning";
}

static std::string count(unsigned N, llvm::StringRef What) {
  return (llvm::Twine(N) + " " + What + (N == 1 ? "" : "s")).str();
}

static void printLine(const Located &L, llvm::StringRef Kind,
                      llvm::raw_ostream &Out) {
  Out << L.File << ':' << L.Line << ':' << L.Column << ": " << Kind << ": "
      << L.Message;
}

void gvlsan::printText(const Report &R, bool Explain, bool WithAdvice,
                       llvm::raw_ostream &Out) {
  printLine(R.At, name(R.Level), Out);
  Out << " [" << ruleInfo(R.Rule).Name << "]\n";
  for (const Located &N : R.Notes) {
    printLine(N, "note", Out);
    Out << '\n';
  }
  if (WithAdvice) {
    Located Advice = R.At;
    Advice.Message =
        std::string("to make it right: ") + ruleInfo(R.Rule).Advice;
    printLine(Advice, "note", Out);
    Out << '\n';
  }
  if (!Explain)
    return;
  Out << R.At.File << ':' << R.At.Line << ':' << R.At.Column
      << ": note: the abstract state here";
  if (!R.Missing.empty())
    Out << " (missing: " << R.Missing << ")";
  Out << ":\n";
  for (const std::string &Fact : R.Facts)
    Out << "    " << Fact << '\n';
}

/// Sources are in any encoding; what is made of them is in one.
static std::string utf8(const std::string &Text) {
  return llvm::json::isUTF8(Text) ? Text : llvm::json::fixUTF8(Text);
}

static SourcePlace placeOf(const Located &L) {
  return {utf8(L.File), L.Line, L.Column, utf8(L.Message)};
}

FindingRecord gvlsan::recordOf(const Report &R) {
  FindingRecord F;
  F.Rule = &ruleInfo(R.Rule);
  F.Level = R.Level;
  F.Tool = "checker";
  F.At = placeOf(R.At);
  F.Function = utf8(R.Function);
  F.Missing = R.Missing;
  for (const Located &N : R.Notes)
    F.Notes.push_back(placeOf(N));
  F.Edits = R.Edits;
  if (!R.Facts.empty()) {
    llvm::json::Array Facts;
    for (const std::string &Fact : R.Facts)
      Facts.push_back(utf8(Fact));
    F.Details["state"] = std::move(Facts);
  }
  F.Fingerprint = fingerprintOf(F);
  return F;
}

static void printRules(const Summary &S, llvm::json::OStream &J) {
  for (const RuleInfo &R : Rules) {
    unsigned N = llvm::count_if(
        S.Reports, [&](const Report &Found) { return Found.Rule == R.Id; });
    if (N)
      J.attribute(R.Name, N);
  }
}

void gvlsan::printJsonSummary(const Summary &S, llvm::raw_ostream &Out) {
  llvm::json::OStream J(Out);
  J.object([&] {
    J.attributeObject("summary", [&] {
      J.attribute("findings", static_cast<unsigned>(S.Reports.size()));
      J.attributeObject("by_rule", [&] { printRules(S, J); });
      J.attribute("suppressed", S.Suppressed);
      J.attribute("hidden", S.Hidden);
      J.attribute("in_baseline", S.InBaseline);
      J.attribute("gone_from_baseline", S.Gone);
      J.attribute("unchanged", S.Unchanged);
      J.attribute("files", S.Files);
      J.attribute("files_not_analysed", S.NotAnalysed);
      J.attribute("functions", S.Stats.Functions);
      J.attribute("functions_analysed", S.Stats.FunctionsAnalysed);
      J.attribute("regions", S.Stats.Regions);
      J.attribute("callbacks_resolved", S.Stats.CallbacksResolved);
      J.attributeObject("callbacks_unresolved", [&] {
        for (const auto &[Reason, N] : S.Stats.Unresolved)
          J.attribute(Reason, N);
      });
      J.attribute("api_calls", S.Stats.ApiCalls);
      J.attribute("api_calls_in_regions", S.Stats.ApiCallsInRegions);
      J.attribute("borrows", S.Stats.Borrows);
      J.attribute("accesses_in_regions", S.Stats.Accesses);
      J.attributeObject("looked_at", [&] {
        for (const auto &[What, N] : S.Stats.Looked)
          J.attribute(What, N);
      });
      J.attributeObject("over_budget", [&] {
        for (const auto &[Function, Why] : S.Stats.OverBudget)
          J.attribute(Function, Why);
      });
    });
  });
  Out << '\n';
}

void gvlsan::printSummary(const Summary &S, llvm::raw_ostream &Out) {
  unsigned Errors = llvm::count_if(
      S.Reports, [](const Report &R) { return R.Level == Severity::Error; });
  unsigned Warnings = S.Reports.size() - Errors;
  Out << "gvlsan check: " << count(S.Reports.size(), "finding");
  if (Errors || Warnings) {
    Out << " (";
    if (Errors)
      Out << count(Errors, "error") << (Warnings ? ", " : "");
    if (Warnings)
      Out << count(Warnings, "warning");
    Out << ')';
  }
  Out << " in " << count(S.Files, "file") << "; "
      << count(S.Stats.Regions, "region") << ", "
      << count(S.Stats.unresolved(), "unresolved callback") << ", "
      << count(S.Stats.ApiCalls, "API call") << ", "
      << count(S.Stats.Borrows, "borrow");
  if (S.Suppressed)
    Out << "; " << S.Suppressed << " suppressed by NOLINT";
  if (S.Hidden)
    Out << "; " << S.Hidden << " hidden by severity or ignored files";
  if (S.Unchanged)
    Out << "; " << S.Unchanged << " outside of what changed";
  if (S.InBaseline)
    Out << "; " << S.InBaseline << " known in the baseline";
  if (S.Gone)
    Out << "; " << S.Gone << " of the baseline gone";
  if (S.NotAnalysed)
    Out << "; " << count(S.NotAnalysed, "file") << " not analysed";
  if (!S.Stats.OverBudget.empty())
    Out << "; " << count(S.Stats.OverBudget.size(), "function")
        << " over budget";
  Out << '\n';
}

void gvlsan::printStatistics(const Summary &S, llvm::raw_ostream &Out) {
  const Statistics &T = S.Stats;
  Out << "What was looked at:\n"
      << "  functions            " << T.Functions << ", of which "
      << T.FunctionsAnalysed << " lie on a way to or in a region\n"
      << "  regions              " << T.Regions << '\n'
      << "  callbacks resolved   " << T.CallbacksResolved << '\n'
      << "  callbacks unresolved " << T.unresolved() << '\n';
  for (const auto &[Reason, N] : T.Unresolved)
    Out << "    " << N << ": " << Reason << '\n';
  Out << "  accesses in regions  " << T.Accesses
      << " (R1, R1.a, R1.e, R2.a, K1)\n"
      << "  API calls            " << T.ApiCalls << ", of which "
      << T.ApiCallsInRegions << " in regions (R1.api, R1.b)\n"
      << "  borrows              " << T.Borrows << " (R1.e, R2.a)\n";
  for (const auto &[What, N] : T.Looked)
    Out << "  " << llvm::left_justify(What, 20) << ' ' << N << '\n';
  Out << "  over budget          " << T.OverBudget.size() << '\n';
  for (const auto &[Function, Why] : T.OverBudget)
    Out << "    " << Function << ": " << Why << '\n';
  Out << "By rule:\n";
  for (const RuleInfo &R : Rules) {
    unsigned N = llvm::count_if(
        S.Reports, [&](const Report &Found) { return Found.Rule == R.Id; });
    if (N)
      Out << "  " << R.Name << ": " << count(N, "finding") << '\n';
  }
  if (S.Reports.empty())
    Out << "  no finding\n";
  if (!T.Regions)
    Out << "No region was found: the R1 rules, R2.a and K1 had nothing to "
           "judge.\n";
}
