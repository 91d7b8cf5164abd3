//===- CheckTool.cpp - `gvlsan check` -------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/CommandLine.h"
#include "tool/Rounds.h"

using namespace clang;
using namespace gvlsan;

static int usage(const llvm::Twine &Message) {
  llvm::errs() << "gvlsan check: error: " << Message << '\n';
  return Usage;
}

int main(int Argc, const char **Argv) {
  std::string Error;
  std::shared_ptr<tooling::CompilationDatabase> Fixed =
      tooling::FixedCompilationDatabase::loadFromCommandLine(Argc, Argv, Error);
  Request R;
  if (!parseCommandLine(Argc, Argv, R, Error))
    return usage(Error);
  if (R.Help) {
    llvm::outs() << CheckHelp;
    return Clean;
  }
  if (Fixed && R.Paths.empty())
    return usage("no source before `--`");

  std::vector<Batch> Batches;
  if (!findSources(R.Paths, Fixed, R.Folder, Batches, Error)) {
    llvm::errs() << "gvlsan check: error: " << Error << '\n';
    return Incomplete;
  }

  std::vector<Unit> Units;
  for (const Batch &B : Batches)
    for (const std::string &Source : B.Sources)
      Units.push_back({&B, Source});
  analyseAll(Units, R.Engine);
  Summary Result = merge(Units);
  for (const Unit &U : Units)
    if (!U.Analysed)
      llvm::errs() << "gvlsan check: error: "
                   << (U.Error.empty() ? U.Source + ": cannot be compiled"
                                       : U.Error)
                   << "; " << U.Source << " was not analysed\n";
  for (const Report &Found : Result.Reports)
    if (R.Json)
      printJson(Found, llvm::outs());
    else
      printText(Found, R.Explain, llvm::outs());
  if (R.Json)
    printJsonSummary(Result, llvm::outs());
  if (R.Stats)
    printStatistics(Result, R.Json ? llvm::errs() : llvm::outs());
  llvm::outs().flush();
  printSummary(Result, llvm::errs());
  if (Result.NotAnalysed)
    return Incomplete;
  return Result.Reports.empty() ? Clean : SomeFindings;
}
