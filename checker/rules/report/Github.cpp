//===- Github.cpp - Findings as annotations of GitHub Actions -------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A line `::error file=F,line=N,col=N,title=T::MESSAGE` on the output of a
/// step. The escapes are those of the runner's own toolkit (actions/toolkit,
/// packages/core/src/command.ts).
///
//===----------------------------------------------------------------------===//

#include "rules/report/FindingRecord.h"

using namespace gvlsan;

static std::string escape(llvm::StringRef Text, bool IsProperty) {
  std::string Out;
  for (char C : Text) {
    if (C == '%')
      Out += "%25";
    else if (C == '\r')
      Out += "%0D";
    else if (C == '\n')
      Out += "%0A";
    else if (IsProperty && C == ':')
      Out += "%3A";
    else if (IsProperty && C == ',')
      Out += "%2C";
    else
      Out += C;
  }
  return Out;
}

/// The finding with its story, one line each.
static std::string story(const FindingRecord &F, llvm::StringRef Root) {
  std::string Text = F.At.Message;
  if (!F.Function.empty())
    Text += " (in " + F.Function + ")";
  for (const SourcePlace &N : F.Notes) {
    Text += '\n' + relativeTo(N.File, Root);
    if (N.Line)
      Text += ':' + std::to_string(N.Line);
    Text += ": " + N.Message;
  }
  if (F.Count > 1)
    Text += "\nseen " + std::to_string(F.Count) + " times";
  return Text + "\nTo make it right: " + F.Rule->Advice;
}

void gvlsan::writeGithub(llvm::ArrayRef<FindingRecord> Findings,
                         const ReportContext &Context, llvm::raw_ostream &Out) {
  for (const FindingRecord &F : Findings) {
    Out << "::" << severityName(F.Level) << ' ';
    // Without a line there is nothing to annotate but the run.
    if (F.At.Line) {
      Out << "file=" << escape(relativeTo(F.At.File, Context.Root), true)
          << ",line=" << F.At.Line << ',';
      if (F.At.Column)
        Out << "col=" << F.At.Column << ',';
    }
    Out << "title="
        << escape(std::string("gvlsan ") + F.Rule->Name + ": " + F.Rule->Title,
                  true)
        << "::" << escape(story(F, Context.Root), false) << '\n';
  }
  for (const std::string &Problem : Context.Problems)
    Out << "::warning title=gvlsan::" << escape(Problem, false) << '\n';
}
