//===- RuleUnit.cpp - What a rule of its own sees of a unit ---------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/RuleUnit.h"

#include "clang/Basic/SourceManager.h"

using namespace clang;
using namespace gvlsan;

bool RuleUnit::demands(RuleId Rule) const {
  const RuleInfo &Info = ruleInfo(Rule);
  return (Info.Profiles & Opts.Profile) &&
         (!Opts.Ruby || holdsForRuby(Info, Opts.Ruby));
}

void RuleUnit::report(Finding F) {
  const SourceManager &SM = Context.getSourceManager();
  F.Where = SM.getFileLoc(F.Where);
  for (Note &N : F.Notes)
    N.Where = SM.getFileLoc(N.Where);
  Now.Findings.push_back(std::move(F));
}

bool RuleUnit::isTold(const std::string &Fact) const {
  return Out.Told.count(Fact) || (Opts.Known && Opts.Known->count(Fact));
}

bool RuleUnit::known(const std::string &Fact) {
  // What the rule says itself needs no other file.
  return Now.Answers.try_emplace(Fact, isTold(Fact)).first->second ||
         Now.Told.count(Fact);
}

void RuleUnit::run(RuleRun &Earlier, void (*Judge)(RuleUnit &)) {
  bool Same = !Earlier.IsNew;
  for (const auto &[Fact, Answer] : Earlier.Answers)
    Same = Same && isTold(Fact) == Answer;
  if (!Same) {
    Now = {};
    Judge(*this);
    Now.IsNew = false;
    Earlier = std::move(Now);
  }
  for (const auto &[Fact, Answer] : Earlier.Answers)
    Out.Asked.insert(Fact);
  Out.Told.insert(Earlier.Told.begin(), Earlier.Told.end());
  Out.Findings.insert(Out.Findings.end(), Earlier.Findings.begin(),
                      Earlier.Findings.end());
  for (const auto &[What, N] : Earlier.Looked)
    Out.Stats.Looked[What] += N;
}

Inventory &RuleUnit::inventory() {
  if (!Seen)
    Seen = std::make_unique<Inventory>(Context, Model, Code);
  return *Seen;
}

Origins &RuleUnit::origins() {
  if (!From)
    From = std::make_unique<Origins>(inventory());
  return *From;
}
