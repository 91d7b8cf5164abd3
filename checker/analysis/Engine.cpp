//===- Engine.cpp - The analysis of one translation unit ------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Engine.h"

#include "analysis/Interpreter.h"
#include "analysis/RuleUnit.h"
#include "analysis/SourceText.h"

using namespace clang;
using namespace gvlsan;

// One function for each file of analysis/rules.
namespace gvlsan {
#define GVLSAN_UNIT_RULE(Name) void judge##Name(RuleUnit &);
#include "UnitRules.inc"
} // namespace gvlsan

Analysis gvlsan::analyse(ASTContext &Context, const ApiModel &Model,
                         const Options &Opts, RuleRuns *Earlier) {
  Analysis Out;
  Program Code(Context, Model, Opts.Others);
  Interpreter Run(Context, Model, Opts, Code, Out);
  Out.Stats.Functions = Code.definitions().size();
  for (const FunctionDecl *F : Code.unnamed())
    Out.Stats.OverBudget.try_emplace(F->getNameAsString(),
                                     "its templates' arguments are too large");

  // What is called by others is seen in their context; what only they call
  // needs no look of its own. Methods are called by Ruby code too.
  for (const FunctionDecl *F : Code.definitions()) {
    // A header's helper that this unit does not use.
    if (F->isInlineSpecified() && !F->isExternallyVisible() &&
        !F->isReferenced())
      continue;
    if (!Code.reachesRegion(F) || Code.isHanded(F) ||
        (Code.isCalled(F) && !F->isExternallyVisible() && !Code.isMethod(F)) ||
        contractOf(F).runsReleased())
      continue;
    Run.runRoot(F, Lock::Held, "");
  }
  // Callers that are themselves only called in cycles, or from code that
  // no root reaches.
  for (const FunctionDecl *F : Code.definitions())
    if (Code.reachesRegion(F) && !Code.isRegionCallback(F) && !Run.ran(F) &&
        F->isReferenced() && !contractOf(F).runsReleased())
      Run.runRoot(F, Lock::Held, "");
  // Callbacks whose region was not reached.
  for (const FunctionDecl *F : Code.regionCallbacks())
    if (const FunctionDecl *Own = Code.ownDefinition(F))
      if (!Run.ranReleased(Own) && !contractOf(Own).Requires)
        Run.runRoot(Own, Lock::Released, "a callback of a region");
  // What is declared to be code that runs without the lock.
  for (const FunctionDecl *F : Code.definitions())
    if (contractOf(F).runsReleased() && !Run.ranReleased(F))
      Run.runRoot(F, Lock::Released, "declared so");
  // What libraries call that regions call.
  for (const auto &[Type, Functions] : Code.keptCallbacks()) {
    auto TakesOne = [&](const ParmVarDecl *P) {
      return Code.libraryType(P->getType()->getPointeeType()) == Type;
    };
    bool Knowing = llvm::any_of(Code.definitions(), [&](const FunctionDecl *F) {
      return llvm::any_of(F->parameters(), TakesOne) && Code.takesLock(F);
    });
    for (const FunctionDecl *F : Functions)
      Run.runKept(F, Type, Knowing);
  }
  // What other files call without the lock.
  for (const FunctionDecl *F : Code.definitions()) {
    if (!F->isExternallyVisible() || F->isInlined())
      continue;
    Run.runForFlows(F);
    std::string Name = linkName(F);
    Out.Reaches[Name] = Code.reach(F);
    if (!Opts.Entered)
      continue;
    if (auto It = Opts.Entered->find(Name); It != Opts.Entered->end())
      Run.runRoot(F, It->second.Certain ? Lock::Released : Lock::Either, "",
                  &It->second);
  }
  for (const auto &[Name, Functions] : Code.handedOver())
    for (const FunctionDecl *F : Functions)
      Out.Reaches[Name].merge(Code.reach(F));
  for (const auto &[Name, Pointer] : Code.filledPointers()) {
    Out.Reaches[Name] = Code.reachThrough(Pointer);
    const ReleasedCalls *Told[] = {&Out.Released, Opts.Entered};
    for (const ReleasedCalls *Calls : Told)
      if (auto It = Calls ? Calls->find(Name) : ReleasedCalls::const_iterator();
          Calls && It != Calls->end()) {
        ReleasedCall Call = It->second;
        Run.runStored(Pointer, Call);
      }
  }
  Run.finish();
  RuleUnit Unit(Context, Model, Opts, Code, Out);
  RuleRuns Mine;
  RuleRuns &Runs = Earlier ? *Earlier : Mine;
#define GVLSAN_UNIT_RULE(Name) Unit.run(Runs[#Name], judge##Name);
#include "UnitRules.inc"
  Out.Calls = Code.foreignMentions();
  std::erase_if(Out.Summaries, [](const auto &Entry) {
    return Entry.second == FunctionSummary();
  });
  return Out;
}
