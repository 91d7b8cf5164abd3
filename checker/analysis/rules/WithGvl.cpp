//===- WithGvl.cpp - W1: taking the lock in the wrong state ---------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Who can come to a call that takes the lock: code that holds it already, or a
/// thread that Ruby did not make, unless a condition asks first.
///
//===----------------------------------------------------------------------===//

#include "analysis/RuleUnit.h"

#include "clang/AST/RecursiveASTVisitor.h"

using namespace clang;
using namespace gvlsan;

namespace {

/// From this version on the lock may be taken by who holds it (Feature #20750).
constexpr unsigned NestsFrom = 400;

enum class Entry { Held, Foreign };

/// How a function is come to.
struct Way {
  const FunctionDecl *Caller = nullptr;
  SourceLocation At;
};

/// The calls of one function, with what the conditions around them ask.
class Asked : public RecursiveASTVisitor<Asked> {
public:
  explicit Asked(Inventory &Seen) : Seen(Seen) {}

  struct Conditions {
    /// Asks who holds the lock, or who made the thread.
    bool Lock = false, Thread = false;
    /// Asks something else.
    bool Other = false;
  };
  llvm::DenseMap<const CallExpr *, Conditions> Around;

  bool TraverseIfStmt(IfStmt *If) {
    Conditions Saved = Now;
    note(If->getCond());
    bool Ok = RecursiveASTVisitor::TraverseIfStmt(If);
    // What leaves the function guards all that follows.
    bool Leaves = false;
    if (const Stmt *Then = If->getThen()) {
      const auto *Block = dyn_cast<CompoundStmt>(Then);
      const Stmt *Last =
          Block && !Block->body_empty() ? Block->body_back() : Then;
      Leaves = isa<ReturnStmt, BreakStmt, GotoStmt, ContinueStmt>(Last);
    }
    if (!Leaves)
      Now = Saved;
    return Ok;
  }
  bool TraverseConditionalOperator(ConditionalOperator *Choice) {
    Conditions Saved = Now;
    note(Choice->getCond());
    bool Ok = RecursiveASTVisitor::TraverseConditionalOperator(Choice);
    Now = Saved;
    return Ok;
  }
  bool TraverseSwitchStmt(SwitchStmt *Switch) {
    Conditions Saved = Now;
    Now.Other = true;
    bool Ok = RecursiveASTVisitor::TraverseSwitchStmt(Switch);
    Now = Saved;
    return Ok;
  }
  bool VisitCallExpr(CallExpr *Call) {
    Around[Call] = Now;
    return true;
  }

private:
  void note(const Expr *Cond) {
    bool Known = false;
    ask(Cond, Known, 0);
    Now.Other |= !Known;
  }
  void ask(const Stmt *S, bool &Known, unsigned Depth) {
    if (!S || Depth > 8)
      return;
    if (const auto *Call = dyn_cast<CallExpr>(S)) {
      const FunctionDecl *Callee = calleeOf(Call);
      const FunctionFacts *Facts = Callee ? Seen.Code.facts(Callee) : nullptr;
      bool Lock = Facts && Facts->Returns == Result::LockState;
      bool Thread = Facts && Facts->TellsThread;
      Now.Lock |= Lock;
      Now.Thread |= Thread;
      Known |= Lock || Thread;
      // A helper that asks.
      if (const FunctionDecl *Own =
              Callee && !Facts ? Seen.Code.ownDefinition(Callee) : nullptr)
        for (const Expr *Returned : Seen.returnsOf(Own))
          ask(Returned, Known, Depth + 1);
    }
    if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
      if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
        if (!isa<ParmVarDecl>(V))
          for (unsigned I : Seen.assignmentsTo(V))
            ask(Seen.Assignments[I].Value, Known, Depth + 1);
    for (const Stmt *Child : S->children())
      ask(Child, Known, Depth + 1);
  }

  Inventory &Seen;
  Conditions Now;
};

class Judge {
public:
  explicit Judge(RuleUnit &Unit) : Unit(Unit), Seen(Unit.inventory()) {}

  void run() {
    bool Takes = llvm::any_of(Seen.Calls, [&](const Call &C) {
      const FunctionFacts *Facts = Seen.facts(C);
      return Facts && Facts->TakesLock;
    });
    if (!Takes)
      return;
    collectEntries();
    spread(Entry::Held);
    spread(Entry::Foreign);
    for (const Call &C : Seen.Calls)
      if (const FunctionFacts *Facts = Seen.facts(C); Facts && Facts->TakesLock)
        judge(C, *Facts);
  }

private:
  using Ways = llvm::DenseMap<const FunctionDecl *, Way>;
  Ways &waysOf(Entry E) { return E == Entry::Held ? Held : Foreign; }

  /// Functions that Ruby runs, with the lock, and those that start threads.
  void collectEntries() {
    for (const Call &C : Seen.Calls) {
      const FunctionFacts *Facts = Seen.facts(C);
      if (!Facts && C.Callee && C.Callee->getIdentifier())
        Facts = Seen.Model.find(C.Callee->getName());
      if (!Facts)
        continue;
      for (unsigned I = 0; I < C.Expr->getNumArgs(); ++I) {
        const FunctionDecl *F = functionIn(C.Expr->getArg(I));
        if (!F)
          continue;
        F = F->getCanonicalDecl();
        const Callback *Run = nullptr;
        for (const Callback &Known : Facts->Calls)
          if (Known.Function == static_cast<int>(I))
            Run = &Known;
        if (Run && Run->Under == CallbackState::Held)
          Held.try_emplace(F, Way{nullptr, C.Expr->getExprLoc()});
        else if (Run && (Run->Under == CallbackState::Thread ||
                         Run->Under == CallbackState::Released))
          Foreign.try_emplace(F, Way{nullptr, C.Expr->getExprLoc()});
        else if (!Run && Facts->Lock == LockNeed::Needs)
          Held.try_emplace(F, Way{nullptr, C.Expr->getExprLoc()});
      }
    }
  }

  /// Along calls by name, and functions that run in their caller's state.
  void spread(Entry E) {
    Ways &Known = waysOf(E);
    llvm::SmallVector<const FunctionDecl *> Work;
    // In source order, so that runs repeat.
    for (const FunctionDecl *F : Seen.Code.definitions())
      if (Known.count(F->getCanonicalDecl()))
        Work.push_back(F->getCanonicalDecl());
    while (!Work.empty()) {
      const FunctionDecl *F = Work.pop_back_val();
      for (unsigned I : Seen.callsIn(F)) {
        const Call &C = Seen.Calls[I];
        if (isAsked(C, E))
          continue;
        const FunctionFacts *Facts = Seen.facts(C);
        auto Reach = [&](const FunctionDecl *Callee) {
          if (Seen.Code.ownDefinition(Callee) &&
              Known.try_emplace(Callee, Way{F, C.Expr->getExprLoc()}).second)
            Work.push_back(Callee);
        };
        if (!Facts && C.Callee)
          Reach(C.Callee);
        if (Facts)
          for (const Callback &Run : Facts->Calls)
            if (Run.Under == CallbackState::Same && Run.Function >= 0 &&
                Run.Function < static_cast<int>(C.Expr->getNumArgs()))
              if (const FunctionDecl *G =
                      functionIn(C.Expr->getArg(Run.Function)))
                Reach(G->getCanonicalDecl());
      }
    }
  }

  const Asked::Conditions &conditions(const Call &C) {
    auto [It, New] = Read.try_emplace(C.In, Seen);
    if (New)
      if (const FunctionDecl *Own = Seen.Code.ownDefinition(C.In))
        It->second.TraverseStmt(Own->getBody());
    return It->second.Around[C.Expr];
  }

  bool isAsked(const Call &C, Entry E) {
    const Asked::Conditions &Around = conditions(C);
    return E == Entry::Held ? Around.Lock : Around.Thread;
  }

  void judge(const Call &C, const FunctionFacts &Facts) {
    if (!C.In)
      return;
    Unit.looked("calls that take the lock (W1)");
    auto AsHeld = Held.find(C.In), AsForeign = Foreign.find(C.In);
    if (AsForeign != Foreign.end() && !isAsked(C, Entry::Foreign))
      return report(C, Facts, Entry::Foreign);
    if (AsHeld != Held.end() && !isAsked(C, Entry::Held) &&
        Unit.Opts.Ruby < NestsFrom)
      report(C, Facts, Entry::Held);
  }

  void report(const Call &C, const FunctionFacts &Facts, Entry E) {
    Finding F;
    F.Rule = RuleId::W1;
    // Some other condition may come to the same.
    F.Level = conditions(C).Other && E == Entry::Held ? Severity::Warning
                                                      : Severity::Error;
    F.Where = C.Expr->getExprLoc();
    F.Function = C.In->getQualifiedNameAsString();
    F.Message =
        E == Entry::Foreign
            ? "'" + Facts.Shown +
                  "' is called by a thread that Ruby did not make: it aborts"
            : "'" + Facts.Shown +
                  "' is called by code that holds the GVL already, which is an "
                  "error before Ruby 4.0";
    llvm::SmallVector<const Way *, 8> Path;
    llvm::DenseSet<const FunctionDecl *> Met;
    Ways &Known = waysOf(E);
    for (const FunctionDecl *At = C.In; At && Met.insert(At).second;) {
      auto It = Known.find(At);
      if (It == Known.end())
        break;
      F.Notes.push_back(
          {It->second.At,
           "'" + At->getNameAsString() + "' is " +
               (It->second.Caller ? "called here"
                : E == Entry::Foreign
                    ? "started here, in a thread that Ruby does not know"
                    : "handed to Ruby here, which runs it with the GVL")});
      At = It->second.Caller;
    }
    std::reverse(F.Notes.begin(), F.Notes.end());
    Unit.report(std::move(F));
  }

  RuleUnit &Unit;
  Inventory &Seen;
  Ways Held, Foreign;
  std::map<const FunctionDecl *, Asked> Read;
};

} // namespace

namespace gvlsan {
void judgeWithGvl(RuleUnit &Unit) {
  if (Unit.demands(RuleId::W1))
    Judge(Unit).run();
}
} // namespace gvlsan
