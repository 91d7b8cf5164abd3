//===- Guards.cpp - Pointers held over a collection
//------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// G1. A pointer into an object is used after a call that may run the
/// collector while nothing keeps the object, or after a call that may have
/// moved the object's bytes.
/// C2. An object is used that was held, over such a call, by nothing but C
/// memory, which the collector does not look into.
///
//===----------------------------------------------------------------------===//

#include "analysis/GuardFacts.h"
#include "analysis/GuardFix.h"
#include "analysis/Places.h"
#include "analysis/SourceText.h"

#include "clang/Basic/SourceManager.h"

using namespace clang;
using namespace gvlsan;

namespace {

class GuardJudge {
public:
  explicit GuardJudge(RuleUnit &Unit)
      : Unit(Unit), SM(Unit.Context.getSourceManager()), Facts(Unit) {}

  void run() {
    for (const FunctionDecl *F : Unit.Code.definitions()) {
      // A header's helper that this unit does not use.
      if (F->isInlineSpecified() && !F->isExternallyVisible() &&
          !F->isReferenced())
        continue;
      if (takesPointer(F))
        judge(F);
    }
    Facts.tell();
  }

private:
  /// Whether \p F takes a pointer out of an object, or has one from a function
  /// that does.
  bool takesPointer(const FunctionDecl *F) {
    auto [It, New] = Taking.try_emplace(F, false);
    if (!New)
      return It->second;
    bool Takes = findPointer(F);
    return Taking[F] = Takes;
  }

  bool findPointer(const FunctionDecl *F) {
    for (const auto &[Call, Callee] : Facts.calls(F)) {
      if (!Callee)
        continue;
      if (const FunctionDecl *Own = Unit.Code.ownDefinition(Callee)) {
        if (Call->getType()->isPointerType() && takesPointer(Own))
          return true;
        continue;
      }
      if (const FunctionFacts *Known = Unit.Code.facts(Callee))
        switch (Known->Returns) {
        case Result::Bytes:
        case Result::BytesAt:
        case Result::Data:
        case Result::Slot:
        case Result::Heap:
        case Result::ZeroHeap:
          return true;
        default:
          break;
        }
    }
    return Unit.Code.readsSlots(F);
  }

  void judge(const FunctionDecl *F) {
    const GuardFlow *Flow = Facts.flow(F);
    if (!Flow) {
      Unit.looked("functions that were too complicated (G1)");
      return;
    }
    Unit.looked("pointers taken from objects (G1)", Flow->pointersTaken());
    Unit.looked("objects stored in C memory (C2)", Flow->valuesInHeap());
    // One finding an object: the surest, and of equals the first.
    std::map<std::pair<unsigned, bool>, std::pair<const StaleUse *, Severity>>
        Chosen;
    for (const StaleUse &U : Flow->uses()) {
      std::optional<Severity> Level = levelOf(F, *Flow, U);
      if (!Level || !Unit.demands(U.Heap ? RuleId::C2 : RuleId::G1))
        continue;
      auto [It, New] = Chosen.try_emplace({U.Pointer.Owner, U.Heap != nullptr},
                                          std::make_pair(&U, *Level));
      if (New)
        continue;
      auto &[Old, OldLevel] = It->second;
      if (*Level > OldLevel ||
          (*Level == OldLevel && isBefore(U.At, Old->At)) ||
          (*Level == OldLevel && U.At == Old->At &&
           isBefore(U.Pointer.Call, Old->Pointer.Call)))
        It->second = {&U, *Level};
    }
    for (const auto &[Owner, Use] : Chosen)
      if (Use.first->Heap)
        reportHeap(F, *Flow, *Use.first, Use.second);
      else
        report(F, *Flow, *Use.first, Use.second);
  }

  std::optional<Severity> levelOf(const FunctionDecl *F, const GuardFlow &Flow,
                                  const StaleUse &U) {
    if (U.Pointer.Why == Stale::Moved)
      return Severity::Warning;
    // What a guard before the call keeps is the compiler's choice; in practice
    // the variable stays in memory.
    bool Fresh = Flow.owner(U.Pointer.Owner).From == Guarded::Fresh &&
                 !earlyGuard(F, holder(F, Flow, U.Pointer));
    bool Often = levelOf(U.Pointer.Call) == Collects::Often;
    if (Fresh && Often)
      return Severity::Error;
    if (Fresh || Often || Unit.Opts.Profile == Strict)
      return Severity::Warning;
    // Two things that both seldom happen.
    return std::nullopt;
  }

  Collects levelOf(const Expr *Call) {
    const auto *C = cast<CallExpr>(Call);
    return Facts.collects(calleeOf(C, Unit.Context), C);
  }

  bool isBefore(const Expr *A, const Expr *B) const {
    return SM.isBeforeInTranslationUnit(SM.getFileLoc(A->getExprLoc()),
                                        SM.getFileLoc(B->getExprLoc()));
  }

  std::string nameOf(const Expr *Call) {
    const FunctionDecl *Callee = calleeOf(cast<CallExpr>(Call), Unit.Context);
    if (!Callee)
      return "'" + sourceText(Unit.Context, Call) + "'";
    if (const FunctionFacts *Known =
            Unit.Code.ownDefinition(Callee) ? nullptr : Unit.Code.facts(Callee))
      return Known->Shown;
    return "'" + Callee->getNameAsString() + "'";
  }

  /// How the object that \p Made makes is called.
  std::string objectOf(const Expr *Made) {
    std::string Text = sourceText(Unit.Context, Made);
    // Part of a macro.
    if (Text.empty() && isa<CallExpr>(Made))
      return "the object that " + nameOf(Made) + " makes";
    return "the object from '" + Text + "'";
  }

  /// The local that a reader knows the owner of \p P by; null when there is
  /// none.
  const VarDecl *holder(const FunctionDecl *F, const GuardFlow &Flow,
                        const GuardAtom &P) {
    const Guarded &O = Flow.owner(P.Owner);
    if (O.From == Guarded::Given)
      return F->getParamDecl(O.Parameter);
    const FunctionText &Text = Facts.text(F);
    const VarDecl *First = nullptr;
    for (const VarDecl *V : Flow.holders(P.Owner)) {
      if (!isValueType(V->getType()) || !V->getIdentifier() ||
          V->getLocation().isMacroID())
        continue;
      // The one that the pointer was taken from.
      for (const DeclRefExpr *Ref : Text.mentions(V))
        if (P.Taken && Text.isWithin(Ref, P.Taken))
          return V;
      if (!First ||
          SM.isBeforeInTranslationUnit(V->getLocation(), First->getLocation()))
        First = V;
    }
    return First;
  }

  void report(const FunctionDecl *F, const GuardFlow &Flow, const StaleUse &U,
              Severity Level) {
    const GuardAtom &P = U.Pointer;
    const Guarded &O = Flow.owner(P.Owner);
    const VarDecl *Holder = holder(F, Flow, P);
    std::string What =
        Holder ? "'" + Holder->getNameAsString() + "'" : objectOf(O.Made);
    std::string By = nameOf(P.Call);
    Finding New;
    New.Rule = RuleId::G1;
    New.Level = Level;
    New.Where = U.At->getExprLoc();
    New.Function = qualifiedName(F);
    if (P.Why == Stale::Moved) {
      New.Message = "a pointer into " + What + " is used after " + By +
                    ", which may have moved what it leads to";
      New.Missing = "in place";
    } else {
      New.Missing = "live";
      New.Message =
          U.At == P.Call
              ? "a pointer into " + What + " is handed to " + By +
                    ", which may run the collector before it is done with it"
              : "a pointer into " + What + " is used after " + By +
                    ", which may run the collector";
      New.Message += O.From == Guarded::MaybeFresh
                         ? "; when the object is a new one, nothing "
                           "keeps it by then"
                         : "; nothing keeps the object by then";
    }
    tellStory(F, Flow, U, Holder, New);
    if (P.Why == Stale::Dead && Holder)
      addGuard(Flow, F, P.Owner, Holder, New);
    Unit.report(std::move(New));
  }

  void reportHeap(const FunctionDecl *F, const GuardFlow &Flow,
                  const StaleUse &U, Severity Level) {
    const Expr *Made = Flow.owner(U.Pointer.Owner).Made;
    Finding New;
    New.Rule = RuleId::C2;
    New.Level = Level;
    New.Where = U.At->getExprLoc();
    New.Function = qualifiedName(F);
    New.Missing = "live";
    New.Message = "the object from '" + sourceText(Unit.Context, Made) +
                  "' is used after " + nameOf(U.Pointer.Call) +
                  ", which may collect or move it: only C memory, which the "
                  "collector does not look into, refers to it by then";
    New.Notes.push_back({U.Heap->getExprLoc(), "the memory is made here"});
    New.Notes.push_back({Made->getExprLoc(), "the object is made here"});
    New.Notes.push_back(
        {U.Pointer.Call->getExprLoc(), "the collector may run in this call"});
    followCollector(U.Pointer.Call, New);
    New.Notes.push_back({U.At->getExprLoc(), "the object is used here"});
    Unit.report(std::move(New));
  }

  void tellStory(const FunctionDecl *F, const GuardFlow &Flow,
                 const StaleUse &U, const VarDecl *Holder, Finding &New) {
    const GuardAtom &P = U.Pointer;
    const Guarded &O = Flow.owner(P.Owner);
    if (O.Made)
      New.Notes.push_back(
          {O.Made->getExprLoc(),
           O.From == Guarded::MaybeFresh
               ? "the owner is made here, unless it is one that "
                 "something else holds"
               : "the owner is made here"});
    if (P.Taken && P.Taken != O.Made)
      New.Notes.push_back({P.Taken->getExprLoc(), "the pointer is taken here"});
    if (P.Why == Stale::Moved) {
      New.Notes.push_back({P.Call->getExprLoc(),
                           nameOf(P.Call) + " may resize the object here"});
    } else {
      if (const DeclRefExpr *Guard = earlyGuard(F, Holder))
        New.Notes.push_back({Guard->getLocation(),
                             "the guard stands here, before the last use of "
                             "the pointer"});
      else if (const DeclRefExpr *Last = lastMention(F, Holder, P.Call))
        New.Notes.push_back(
            {Last->getLocation(), "'" + Holder->getNameAsString() +
                                      "' is used here for the last time"});
      New.Notes.push_back(
          {P.Call->getExprLoc(), "the collector may run in this call"});
      followCollector(P.Call, New);
    }
    if (U.At != P.Call)
      New.Notes.push_back({U.At->getExprLoc(), "the pointer is used here"});
  }

  /// The last mention of \p Holder before \p Call, in the source.
  const DeclRefExpr *lastMention(const FunctionDecl *F, const VarDecl *Holder,
                                 const Expr *Call) {
    const DeclRefExpr *Last = nullptr;
    if (Holder)
      for (const DeclRefExpr *Ref : Facts.text(F).mentions(Holder))
        if (isBefore(Ref, Call))
          Last = Ref;
    return Last;
  }

  /// A guard of \p Holder, which is known to be dead later on; may be null.
  const DeclRefExpr *earlyGuard(const FunctionDecl *F, const VarDecl *Holder) {
    if (Holder)
      for (const DeclRefExpr *Ref : Facts.text(F).mentions(Holder)) {
        // The variable is written outside of the macro, and used in it.
        SourceLocation Use = Facts.text(F).parent(Ref)->getBeginLoc();
        if (Use.isMacroID() &&
            Lexer::getImmediateMacroName(Use, SM, Unit.Context.getLangOpts()) ==
                ApiModel::Guard)
          return Ref;
      }
    return nullptr;
  }

  /// Says how an own function comes to run the collector.
  void followCollector(const Expr *Call, Finding &New) {
    std::set<const FunctionDecl *> Seen;
    const FunctionDecl *At = calleeOf(cast<CallExpr>(Call), Unit.Context);
    while (At && (At = Unit.Code.ownDefinition(At)) && Seen.insert(At).second) {
      const CallExpr *Next = Facts.collectingCall(At);
      if (!Next)
        return;
      New.Notes.push_back({Next->getExprLoc(), "there, in " + nameOf(Next)});
      At = calleeOf(Next, Unit.Context);
    }
  }

  /// A guard behind the statement that uses a pointer into \p Owner last.
  void addGuard(const GuardFlow &Flow, const FunctionDecl *F, unsigned Owner,
                const VarDecl *Holder, Finding &New) {
    const Expr *Last = nullptr;
    for (const Expr *Use : Flow.usesOf(Owner))
      if (!Last || isBefore(Last, Use))
        Last = Use;
    if (!Last)
      return;
    if (std::optional<FixIt> Fix =
            guardBehind(Last, Holder, Facts.text(F), Unit.Context))
      New.FixIts.push_back(std::move(*Fix));
  }

  RuleUnit &Unit;
  const SourceManager &SM;
  GuardFacts Facts;
  llvm::DenseMap<const FunctionDecl *, bool> Taking;
};

} // namespace

namespace gvlsan {
void judgeGuards(RuleUnit &Unit) {
  if (Unit.demands(RuleId::G1) || Unit.demands(RuleId::C2))
    GuardJudge(Unit).run();
}
} // namespace gvlsan
