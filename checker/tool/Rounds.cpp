//===- Rounds.cpp - Files that learn of each other ------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/Rounds.h"

#include "analysis/IndexFile.h"
#include "tool/Frontend.h"
#include "tool/Jobs.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/BuryPointer.h"

#include <atomic>

using namespace gvlsan;

/// Each round carries what is known over one more call between files. What
/// takes longer than this does not settle at all.
static constexpr unsigned MaxRounds = 40;

/// Sources that are kept in memory for a further round, in bytes as ASTs are
/// counted; what else there is doubles it.
static constexpr size_t KeptBytes = size_t(400) << 20;

Joined gvlsan::joinAll(const std::vector<Unit> &Units) {
  std::vector<const Exchange *> Files;
  for (const Unit &U : Units)
    Files.push_back(&U.Judged.Tells);
  return join(Files);
}

bool gvlsan::isSettled(const Unit &U, const Joined &All, llvm::StringRef Root) {
  return !U.Judged.Analysed ||
         U.Judged.Against == contentHash(slice(All, U.Judged.Tells), Root);
}

RoundsCount gvlsan::judgeAll(std::vector<Unit> &Units,
                             const RoundsRequest &Request) {
  RoundsCount Count;
  std::atomic<unsigned> Parsed = 0, FromCache = 0;
  std::atomic<size_t> Kept = 0;
  std::vector<std::unique_ptr<ParsedSource>> Sources(Units.size());
  Progress Shown;
  Joined Known = Request.Given ? *Request.Given : Joined();
  std::vector<size_t> Work;
  for (size_t I = 0; I < Units.size(); ++I)
    if (Units[I].Judged.Against.empty())
      Work.push_back(I);

  auto Judge = [&](size_t I) {
    Unit &U = Units[I];
    Shown.step(U.Source);
    if (Request.Store && Request.Store->find(U, Known)) {
      ++FromCache;
      return;
    }
    bool IsNew = !Sources[I];
    if (IsNew) {
      Sources[I] = std::make_unique<ParsedSource>(U);
      ++Parsed;
    }
    U.Judged =
        Sources[I]->judge(*U.Set->Model, U.Set->Engine, Known, Request.Root);
    U.Facts = U.Set->Facts;
    for (const auto &[Name, Text] : U.Set->Files)
      U.Judged.Reads.insert({Name, contentHash(Text)});
    if (Request.Store)
      Request.Store->keep(U);
    if (IsNew && (Kept += Sources[I]->size()) > KeptBytes) {
      Kept -= Sources[I]->size();
      Sources[I].reset();
    }
  };
  for (;; ++Count.Rounds) {
    Shown.begin(Count.Rounds == 0 ? "judging" : "judging again", Work.size());
    Count.Judged += Work.size();
    runJobs(
        Request.Jobs, Work.size(), [&](size_t W) { Judge(Work[W]); },
        [&](size_t W) {
          // Whatever state it was left in.
          (void)Sources[Work[W]].release();
          Units[Work[W]].Judged = {};
          Units[Work[W]].Judged.Error =
              Units[Work[W]].Source +
              ": the checker crashed on it, which is a bug in gvlsan";
        });
    if (Request.Given)
      break;
    Known = joinAll(Units);
    Work.clear();
    for (size_t I = 0; I < Units.size(); ++I)
      if (!isSettled(Units[I], Known, Request.Root))
        Work.push_back(I);
    if (Work.empty())
      break;
    if (Count.Rounds == MaxRounds) {
      for (size_t I : Work) {
        Units[I].Judged.Analysed = false;
        Units[I].Judged.Error =
            Units[I].Source + ": what other files tell of it does not settle";
      }
      break;
    }
  }
  // Taking sources apart node by node is for processes that go on for long.
  for (std::unique_ptr<ParsedSource> &Source : Sources)
    llvm::BuryPointer(std::move(Source));
  Count.Parsed = Parsed;
  Count.FromCache = FromCache;
  return Count;
}
