//===- CheckTool.cpp - `gvlsan check` -------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/IndexFile.h"
#include "tool/CommandLine.h"
#include "tool/Rounds.h"
#include "tool/SummaryFile.h"

using namespace clang;
using namespace gvlsan;

static int fail(const llvm::Twine &Message, int Code = Incomplete) {
  llvm::errs() << "gvlsan check: error: " << Message << '\n';
  return Code;
}

/// Takes the summaries out of the paths.
static bool readUnits(Request &R,
                      std::shared_ptr<tooling::CompilationDatabase> Fixed,
                      std::vector<Unit> &Units, std::string &Error) {
  std::vector<std::string> Summaries, Sources;
  for (const std::string &Path : R.Paths)
    (StringRef(Path).ends_with(".gvlsum") ? Summaries : Sources)
        .push_back(Path);
  if (!Summaries.empty()) {
    std::string Made;
    if (!readSummaries(Summaries, R.Root, Units, Made, Error))
      return false;
    if (Made != describe(R.Engine)) {
      Error = Summaries.front() + ": it was made with " + Made + ", not with " +
              describe(R.Engine) + "; say the same here";
      return false;
    }
    if (Sources.empty())
      return true;
  }
  std::vector<Batch> Batches;
  if (!findSources(Sources, Fixed, R.Folder, Batches, Error))
    return false;
  for (Unit &U : unitsOf(Batches))
    Units.push_back(std::move(U));
  return true;
}

int main(int Argc, const char **Argv) {
  std::string Error;
  std::shared_ptr<tooling::CompilationDatabase> Fixed =
      tooling::FixedCompilationDatabase::loadFromCommandLine(Argc, Argv, Error);
  Request R;
  if (!parseCommandLine(Argc, Argv, R, Error))
    return fail(Error, Usage);
  if (R.Help) {
    llvm::outs() << CheckHelp;
    return Clean;
  }
  if (Fixed && R.Paths.empty())
    return fail("no source before `--`", Usage);

  RoundsRequest Rounds{R.Engine, R.Jobs, R.Root};
  Joined Given;
  if (!R.Index.empty()) {
    if (!readIndex(R.Index, R.Root, Given, Error))
      return fail(Error);
    Rounds.Given = &Given;
  }
  std::vector<Unit> Units;
  if (!readUnits(R, Fixed, Units, Error))
    return fail(Error);
  Cache Store(R.CacheFolder, describe(R.Engine), R.Root);
  if (!R.CacheFolder.empty())
    Rounds.Store = &Store;
  RoundsCount Took = judgeAll(Units, Rounds);
  if (!R.CacheFolder.empty() && !Store.write(Error) && R.IsCacheGiven)
    return fail(Error);

  Summary Result = merge(Units, R.Root);
  for (const Unit &U : Units) {
    std::string Source = archive::relativeTo(R.Root, U.Source);
    if (!U.Judged.Analysed)
      fail((U.Judged.Error.empty() ? Source + ": cannot be compiled"
                                   : U.Judged.Error) +
           "; " + Source + " was not analysed");
    else if (Rounds.Given && !covers(Given, U.Judged.Tells)) {
      fail(Source + " tells more than '" + R.Index +
           "' holds; summarize it with --index and link once more");
      ++Result.NotAnalysed;
    }
  }
  for (const Report &Found : Result.Reports)
    if (R.Json)
      printJson(Found, llvm::outs());
    else
      printText(Found, R.Explain, llvm::outs());
  if (R.Json)
    printJsonSummary(Result, llvm::outs());
  if (R.Stats) {
    llvm::raw_ostream &Out = R.Json ? llvm::errs() : llvm::outs();
    printStatistics(Result, Out);
    Out << "Work: " << Took.Rounds + 1 << " rounds, " << Took.Judged
        << " judgements, " << Took.Parsed << " sources parsed, "
        << Took.FromCache << " judgements from the cache\n";
  }
  llvm::outs().flush();
  printSummary(Result, llvm::errs());
  if (Result.NotAnalysed)
    return Incomplete;
  return Result.Reports.empty() ? Clean : SomeFindings;
}
