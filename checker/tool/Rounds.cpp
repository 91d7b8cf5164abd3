//===- Rounds.cpp - Files that learn of each other ------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/Rounds.h"

#include "tool/Frontend.h"

#include "llvm/ADT/STLExtras.h"

using namespace gvlsan;

/// The functions that can come to need the lock, through whatever file.
static std::set<std::string> needingLock(const std::vector<Unit> &Units) {
  std::set<std::string> Needing;
  for (bool Grown = true; Grown;) {
    Grown = false;
    for (const Unit &U : Units)
      for (const auto &[Name, R] : U.Reaches)
        if (R.Lock ||
            llvm::any_of(R.OtherFiles, [&](const std::string &Callee) {
              return Needing.count(Callee);
            }))
          Grown |= Needing.insert(Name).second;
  }
  return Needing;
}

void gvlsan::analyseAll(std::vector<Unit> &Units, Options Opts) {
  static constexpr unsigned MaxRounds = 4;
  ApiModel Model = ApiModel::builtin();
  Collector Into;
  for (Unit &U : Units)
    analyseUnit(U, Model, Opts, Into);
  Index Known;
  ReleasedCalls Entered;
  std::set<std::string> Facts;
  for (unsigned Round = 0; Round < MaxRounds; ++Round) {
    Index Now;
    for (const Unit &U : Units)
      for (const auto &[Name, Summary] : U.Summaries) {
        Now[Name].Uses.insert(Summary.Uses.begin(), Summary.Uses.end());
        Now[Name].Callbacks.insert(Summary.Callbacks.begin(),
                                   Summary.Callbacks.end());
      }
    std::set<std::string> Changed;
    for (const auto &[Name, Summary] : Now)
      if (auto It = Known.find(Name);
          It == Known.end() || !(It->second == Summary))
        Changed.insert(Name);
    std::set<std::string> Needing = needingLock(Units), NewlyEntered;
    for (const Unit &U : Units)
      for (const auto &[Name, Call] : U.Released)
        if (Needing.count(Name)) {
          auto [It, New] = Entered.try_emplace(Name, Call);
          ReleasedCall Before = It->second;
          It->second.merge(Call);
          if (New || Before.Certain != It->second.Certain)
            NewlyEntered.insert(Name);
        }
    std::set<std::string> NewFacts;
    for (const Unit &U : Units)
      for (const std::string &Fact : U.Told)
        if (Facts.insert(Fact).second)
          NewFacts.insert(Fact);
    if (Changed.empty() && NewlyEntered.empty() && NewFacts.empty())
      return;
    Known = std::move(Now);
    Opts.Known = &Facts;
    Opts.Others = &Known;
    Opts.Entered = &Entered;
    for (Unit &U : Units) {
      bool Again =
          llvm::any_of(
              U.Calls,
              [&](const std::string &Name) { return Changed.count(Name); }) ||
          llvm::any_of(U.Asked,
                       [&](const std::string &Fact) {
                         return NewFacts.count(Fact) && !U.Told.count(Fact);
                       }) ||
          llvm::any_of(NewlyEntered, [&](const std::string &Name) {
            return U.Reaches.count(Name);
          });
      if (U.Analysed && Again)
        analyseUnit(U, Model, Opts, Into);
    }
  }
}
