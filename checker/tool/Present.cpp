//===- Present.cpp - A result in the format that was asked for ------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/Present.h"

#include "analysis/IndexFile.h"

#include <set>

using namespace gvlsan;

static void writeText(const Summary &S, const Request &R,
                      llvm::raw_ostream &Out) {
  // What makes a rule right is said once.
  std::set<RuleId> Advised;
  for (const Report &Found : S.Reports)
    printText(Found, R.Settings.Explain, Advised.insert(Found.Rule).second,
              Out);
}

static void write(const Summary &S, const Request &R,
                  const std::vector<std::string> &Problems,
                  llvm::raw_ostream &Out) {
  if (R.As == Format::Text)
    return writeText(S, R, Out);
  if (R.As == Format::Html)
    return writeHtml(S, R.Root, Problems, Out);
  std::vector<FindingRecord> Records;
  for (const Report &Found : S.Reports)
    Records.push_back(recordOf(Found));
  std::string Looked;
  llvm::raw_string_ostream LookedOut(Looked);
  printJsonSummary(S, LookedOut);
  if (R.As == Format::Json) {
    for (const FindingRecord &F : Records)
      writeRecord(F, Out);
    Out << Looked;
    return;
  }
  ReportContext Context;
  Context.Root = R.Root;
  Context.Problems = Problems;
  if (llvm::Expected<llvm::json::Value> Value = llvm::json::parse(Looked))
    Context.Summary = *Value->getAsObject()->getObject("summary");
  else
    llvm::consumeError(Value.takeError());
  if (R.As == Format::Sarif)
    writeSarif(Records, Context, Out);
  else
    writeGithub(Records, Context, Out);
}

bool gvlsan::present(const Summary &S, const Request &R,
                     const std::vector<std::string> &Problems,
                     std::string &Error) {
  if (!R.Output.empty()) {
    std::string Text;
    llvm::raw_string_ostream Out(Text);
    write(S, R, Problems, Out);
    return writeFile(R.Output, Text, /*OnlyChanges=*/false, Error);
  }
  llvm::raw_fd_ostream &Out = llvm::outs();
  write(S, R, Problems, Out);
  Out.flush();
  if (!Out.has_error())
    return true;
  Error = "cannot write to standard output: " + Out.error().message();
  // LLVM ends the process when it finds an error at its end.
  Out.clear_error();
  return false;
}
