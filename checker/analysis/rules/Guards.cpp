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
///
//===----------------------------------------------------------------------===//

#include "analysis/GuardFacts.h"
#include "analysis/Places.h"
#include "analysis/SourceText.h"

#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"

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
  bool takesPointer(const FunctionDecl *F) {
    for (const CallExpr *Call : Facts.text(F).calls()) {
      const FunctionDecl *Callee = calleeOf(Call, Unit.Context);
      if (!Callee)
        continue;
      if (Unit.Code.ownDefinition(Callee)) {
        if (Call->getType()->isPointerType() && Unit.Code.borrows(Callee))
          return true;
        continue;
      }
      if (const FunctionFacts *Known = Unit.Code.facts(Callee))
        switch (Known->Returns) {
        case Result::Bytes:
        case Result::BytesAt:
        case Result::Data:
        case Result::Slot:
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
    // One finding an object: the surest, and of equals the first.
    std::map<unsigned, std::pair<const StaleUse *, Severity>> Chosen;
    for (const StaleUse &U : Flow->uses()) {
      std::optional<Severity> Level = levelOf(*Flow, U);
      if (!Level)
        continue;
      auto [It, New] =
          Chosen.try_emplace(U.Pointer.Owner, std::make_pair(&U, *Level));
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
      report(F, *Flow, *Use.first, Use.second);
  }

  std::optional<Severity> levelOf(const GuardFlow &Flow, const StaleUse &U) {
    if (U.Pointer.Why == Stale::Moved)
      return Severity::Warning;
    bool Fresh = Flow.owner(U.Pointer.Owner).From == Guarded::Fresh;
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

  /// The local that a reader knows \p Owner by; null when there is none.
  const VarDecl *holder(const FunctionDecl *F, const GuardFlow &Flow,
                        unsigned Owner) const {
    const Guarded &O = Flow.owner(Owner);
    if (O.From == Guarded::Given)
      return F->getParamDecl(O.Parameter);
    const VarDecl *First = nullptr;
    for (const VarDecl *V : Flow.holders(Owner))
      if (isValueType(V->getType()) && V->getIdentifier() &&
          !V->getLocation().isMacroID() &&
          (!First || SM.isBeforeInTranslationUnit(V->getLocation(),
                                                  First->getLocation())))
        First = V;
    return First;
  }

  void report(const FunctionDecl *F, const GuardFlow &Flow, const StaleUse &U,
              Severity Level) {
    const GuardAtom &P = U.Pointer;
    const Guarded &O = Flow.owner(P.Owner);
    const VarDecl *Holder = holder(F, Flow, P.Owner);
    std::string What =
        Holder ? "'" + Holder->getNameAsString() + "'"
               : "the object from '" + sourceText(Unit.Context, O.Made) + "'";
    std::string By = nameOf(P.Call);
    Finding New;
    New.Rule = RuleId::G1;
    New.Level = Level;
    New.Where = U.At->getExprLoc();
    New.Function = F->getQualifiedNameAsString();
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
                         ? "; when the object is a converted one, nothing "
                           "keeps it by then"
                         : "; nothing keeps the object by then";
    }
    tellStory(F, Flow, U, Holder, New);
    if (P.Why == Stale::Dead && Holder)
      addGuard(Flow, F, P.Owner, Holder, New);
    Unit.report(std::move(New));
  }

  void tellStory(const FunctionDecl *F, const GuardFlow &Flow,
                 const StaleUse &U, const VarDecl *Holder, Finding &New) {
    const GuardAtom &P = U.Pointer;
    const Guarded &O = Flow.owner(P.Owner);
    if (O.Made)
      New.Notes.push_back({O.Made->getExprLoc(),
                           O.From == Guarded::MaybeFresh
                               ? "the owner is made here, when the object has "
                                 "to be converted"
                               : "the owner is made here"});
    if (P.Taken && P.Taken != O.Made)
      New.Notes.push_back({P.Taken->getExprLoc(), "the pointer is taken here"});
    if (P.Why == Stale::Moved) {
      New.Notes.push_back({P.Call->getExprLoc(),
                           nameOf(P.Call) + " may resize the object here"});
    } else {
      if (const DeclRefExpr *Last = lastMention(F, Holder, P.Call))
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
    const FunctionText &Text = Facts.text(F);
    const Stmt *Behind = Last ? Text.statementOf(Last) : nullptr;
    if (!Behind || !isa<Expr, DeclStmt>(Behind) ||
        !Text.isInScope(Holder, Behind))
      return;
    if (const auto *Call = dyn_cast<CallExpr>(Behind))
      if (const FunctionDecl *Callee = calleeOf(Call, Unit.Context))
        if (Callee->isNoReturn())
          return;
    SourceLocation End = Lexer::findLocationAfterToken(
        SM.getFileLoc(Behind->getEndLoc()), tok::semi, SM,
        Unit.Context.getLangOpts(), /*SkipTrailingWhitespaceAndNewLine=*/false);
    if (isa<DeclStmt>(Behind))
      End = Lexer::getLocForEndOfToken(SM.getFileLoc(Behind->getEndLoc()), 0,
                                       SM, Unit.Context.getLangOpts());
    if (End.isInvalid() || End.isMacroID())
      return;
    StringRef Indent =
        Lexer::getIndentationForLine(SM.getFileLoc(Behind->getBeginLoc()), SM);
    New.FixIts.push_back(
        {End, ("\n" + Indent + ApiModel::Guard + "(" + Holder->getName() + ");")
                  .str()});
  }

  RuleUnit &Unit;
  const SourceManager &SM;
  GuardFacts Facts;
};

} // namespace

namespace gvlsan {
void judgeGuards(RuleUnit &Unit) {
  if (Unit.demands(RuleId::G1))
    GuardJudge(Unit).run();
}
} // namespace gvlsan
