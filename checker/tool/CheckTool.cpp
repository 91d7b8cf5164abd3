//===- CheckTool.cpp - `gvlsan check` -------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/IndexFile.h"
#include "tool/Baseline.h"
#include "tool/CommandLine.h"
#include "tool/Diff.h"
#include "tool/Present.h"
#include "tool/Rounds.h"
#include "tool/SummaryFile.h"

#include "llvm/Support/Path.h"

using namespace clang;
using namespace gvlsan;

static int fail(const llvm::Twine &Message, int Code = Incomplete) {
  llvm::errs() << "gvlsan check: error: " << Message << '\n';
  return Code;
}

/// Takes the summaries out of the paths.
static bool
readUnits(Request &R,
          const std::shared_ptr<tooling::CompilationDatabase> &Fixed,
          std::vector<Unit> &Units, std::string &Error) {
  std::vector<std::string> Summaries, Sources;
  for (const std::string &Path : R.Paths)
    (StringRef(Path).ends_with(".gvlsum") ? Summaries : Sources)
        .push_back(Path);
  if (!Summaries.empty()) {
    std::string Made;
    if (!readSummaries(Summaries, R.Root, Units, Made, Error) ||
        !assignSettings(Units, R.Settings, Error))
      return false;
    for (size_t I = 0; I < Units.size(); ++I) {
      std::string Here = describe(Units[I].Set->Engine);
      if (Made != Here)
        Error = Summaries[I] + ": it was made with " + Made + ", not with " +
                Here + "; say the same here";
      else if (Units[I].Facts != Units[I].Set->Facts)
        Error = Summaries[I] + ": it was made with another model file or "
                               ".gvlsan.yaml; summarize it again";
      if (!Error.empty())
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
  return assignSettings(Units, R.Settings, Error);
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

  RoundsRequest Rounds{R.Jobs, R.Root};
  Joined Given;
  if (!R.Index.empty()) {
    if (!readIndex(R.Index, R.Root, Given, Error))
      return fail(Error);
    Rounds.Given = &Given;
  }
  std::vector<Unit> Units;
  if (!readUnits(R, Fixed, Units, Error))
    return fail(Error);
  // What cannot be read is said before the work.
  Baseline Known;
  if (!R.Baseline.empty() && !Known.read(R.Baseline, Error))
    return fail(Error);
  ChangedLines Changed;
  if (!R.DiffBase.empty() && !Units.empty() &&
      !Changed.read(llvm::sys::path::parent_path(Units.front().Source),
                    R.DiffBase, Error))
    return fail(Error);
  Cache Store(R.CacheFolder, R.Root);
  if (!R.CacheFolder.empty())
    Rounds.Store = &Store;
  RoundsCount Took = judgeAll(Units, Rounds);
  if (!R.CacheFolder.empty() && !Store.write(Error) && R.IsCacheGiven)
    return fail(Error);

  Summary Result = merge(Units, R.Root);
  std::vector<std::string> Problems;
  auto Problem = [&](const llvm::Twine &What) {
    Problems.push_back(What.str());
    fail(What);
  };
  for (const Unit &U : Units) {
    std::string Source = archive::relativeTo(R.Root, U.Source);
    if (!U.Judged.Analysed) {
      Problem((U.Judged.Error.empty() ? Source + ": cannot be compiled"
                                      : U.Judged.Error) +
              "; " + Source + " was not analysed");
    } else if (Rounds.Given && !covers(Given, U.Judged.Tells)) {
      Problem(Source + " tells more than '" + R.Index +
              "' holds; summarize it with --index and link once more");
      ++Result.NotAnalysed;
    }
  }
  if (!R.NewBaseline.empty()) {
    // It holds all that there is, and leaves nothing to report.
    if (!writeFile(R.NewBaseline, Baseline::textOf(Result),
                   /*OnlyChanges=*/true, Error) ||
        !Known.read(R.NewBaseline, Error))
      return fail(Error);
  }
  Known.apply(Result);
  if (!R.DiffBase.empty())
    keepChanged(Changed, R.Root, Result);
  if (!present(Result, R, Problems, Error))
    return fail(Error);
  if (R.Stats) {
    bool IsMixed = R.As == Format::Text && R.Output.empty();
    llvm::raw_ostream &Out = IsMixed ? llvm::outs() : llvm::errs();
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
