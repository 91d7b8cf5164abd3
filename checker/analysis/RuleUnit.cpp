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
  Out.Findings.push_back(std::move(F));
}

bool RuleUnit::known(const std::string &Fact) {
  Out.Asked.insert(Fact);
  return Out.Told.count(Fact) || (Opts.Known && Opts.Known->count(Fact));
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
