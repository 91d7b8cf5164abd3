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

#include "analysis/LockFlags.h"
#include "analysis/RuleUnit.h"
#include "analysis/SourceText.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"

using namespace clang;
using namespace gvlsan;

namespace {

/// From this version on the lock may be taken by who holds it (Feature #20750).
constexpr unsigned NestsFrom = 400;

enum class Entry { Held, Foreign };

/// What is known of a function's parameters as conditions, by their number.
using Truths = llvm::SmallVector<std::optional<bool>, 4>;

/// A function, as it is come to on some way.
struct Context {
  Truths Known;
  /// The caller, and which of its contexts; null for an entry.
  const FunctionDecl *Caller = nullptr;
  unsigned CallerContext = 0;
  SourceLocation At;
  /// Whether another file calls it so.
  bool Elsewhere = false;
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
    /// Parameters that are as they say where the call is.
    llvm::SmallVector<std::pair<const ParmVarDecl *, bool>, 2> Flags;
  };
  llvm::DenseMap<const CallExpr *, Conditions> Around;

  bool TraverseIfStmt(IfStmt *If) {
    Conditions Saved = Now;
    note(If->getCond());
    bool Holds = true;
    const ParmVarDecl *Flag = flagIn(If->getCond(), Holds);
    auto Under = [&](Stmt *Branch, bool Taken) {
      auto Outer = Now.Flags;
      if (Flag)
        Now.Flags.push_back({Flag, Taken == Holds});
      bool Ok = TraverseStmt(Branch);
      Now.Flags = std::move(Outer);
      return Ok;
    };
    bool Ok = TraverseStmt(If->getInit()) &&
              TraverseStmt(If->getConditionVariableDeclStmt()) &&
              TraverseStmt(If->getCond()) && Under(If->getThen(), true) &&
              Under(If->getElse(), false);
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
    else if (Flag)
      Now.Flags.push_back({Flag, !Holds});
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
  /// The parameter that \p Cond asks for; \p Holds: and for which answer.
  static const ParmVarDecl *flagIn(const Expr *Cond, bool &Holds) {
    for (;;) {
      Cond = Cond->IgnoreParenImpCasts();
      const auto *Not = dyn_cast<UnaryOperator>(Cond);
      if (!Not || Not->getOpcode() != UO_LNot)
        break;
      Holds = !Holds;
      Cond = Not->getSubExpr();
    }
    const auto *Ref = dyn_cast<DeclRefExpr>(Cond);
    return Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
  }

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
    collectTakers();
    if (Takers.empty())
      return;
    collectEntries();
    for (const FunctionDecl *F : Seen.Code.definitions())
      if (F->isExternallyVisible() && Takers.contains(F->getCanonicalDecl()))
        askOthers(F->getCanonicalDecl());
    spread(Entry::Held);
    spread(Entry::Foreign);
    for (const Call &C : Seen.Calls)
      if (const FunctionFacts *Facts = Seen.facts(C); Facts && Facts->TakesLock)
        judge(C, *Facts);
  }

private:
  using Ways = llvm::DenseMap<const FunctionDecl *, std::vector<Context>>;
  Ways &waysOf(Entry E) { return E == Entry::Held ? Held : Foreign; }

  /// \returns whether \p F was not known to be come to like this.
  static bool add(Ways &Known, const FunctionDecl *F, Context C) {
    // Beyond these, the parameters may be anything.
    static constexpr unsigned MaxContexts = 8;
    std::vector<Context> &All = Known[F];
    if (All.size() >= MaxContexts)
      C.Known.assign(C.Known.size(), std::nullopt);
    if (llvm::any_of(All,
                     [&](const Context &Old) { return Old.Known == C.Known; }))
      return false;
    All.push_back(std::move(C));
    return true;
  }

  /// Whether \p F, a function of another file, can come to a call that takes
  /// the lock.
  bool takesElsewhere(const FunctionDecl *F) {
    return Seen.Code.isForeign(F) && Unit.known("W1 takes " + linkName(F));
  }

  /// The functions that can come to such a call.
  void collectTakers() {
    auto Takes = [&](const Call &C) {
      const FunctionFacts *Facts = Seen.facts(C);
      if (!Facts)
        return C.Callee && (Takers.contains(C.Callee->getCanonicalDecl()) ||
                            takesElsewhere(C.Callee));
      return Facts->TakesLock ||
             llvm::any_of(Facts->Calls, [&](const Callback &Run) {
               const FunctionDecl *F =
                   Run.Function >= 0 &&
                           Run.Function < static_cast<int>(C.Expr->getNumArgs())
                       ? functionIn(C.Expr->getArg(Run.Function))
                       : nullptr;
               return F && Takers.contains(F->getCanonicalDecl());
             });
    };
    for (bool Changed = true; Changed;) {
      Changed = false;
      for (const Call &C : Seen.Calls)
        if (C.In && !Takers.contains(C.In) && Takes(C))
          Changed |= Takers.insert(C.In);
    }
    for (const FunctionDecl *F : Takers)
      if (F->isExternallyVisible())
        Unit.tell("W1 takes " + linkName(F));
  }

  /// How files tell each other of a call: what is known of so many parameters.
  static constexpr unsigned ToldParameters = 4;

  static std::string callOf(const FunctionDecl *F, Entry E,
                            llvm::ArrayRef<std::optional<bool>> Known) {
    std::string Fact =
        (E == Entry::Held ? "W1 held code calls " : "W1 a thread calls ") +
        linkName(F) + " ";
    for (std::optional<bool> Each : Known.take_front(ToldParameters))
      Fact += !Each ? '?' : *Each ? '1' : '0';
    return Fact;
  }

  /// Finds out how other files call \p F.
  void askOthers(const FunctionDecl *F) {
    unsigned Told = std::min(F->getNumParams(), ToldParameters), Ways = 1;
    for (unsigned I = 0; I < Told; ++I)
      Ways *= 3;
    for (Entry E : {Entry::Held, Entry::Foreign})
      for (unsigned Way = 0; Way < Ways; ++Way) {
        Context C = entry(F, Seen.Code.ownDefinition(F)->getLocation());
        C.Elsewhere = true;
        for (unsigned I = 0, Rest = Way; I < Told; ++I, Rest /= 3)
          if (Rest % 3)
            C.Known[I] = Rest % 3 == 1;
        if (Unit.known(callOf(F, E, C.Known)))
          add(waysOf(E), F, std::move(C));
      }
  }

  /// Nothing is known of the parameters.
  static Context entry(const FunctionDecl *F, SourceLocation At) {
    return {Truths(F->getNumParams()), nullptr, 0, At, false};
  }

  /// Whether the conditions around \p C let it run in \p Known.
  bool isPossible(const Call &C, const Context &Known) {
    return llvm::all_of(conditions(C).Flags, [&](const auto &Flag) {
      unsigned N = Flag.first->getFunctionScopeIndex();
      return N >= Known.Known.size() || !Known.Known[N] ||
             *Known.Known[N] == Flag.second || isChanged(Flag.first, C.In);
    });
  }

  /// Whether \p In changes its parameter \p P.
  bool isChanged(const ParmVarDecl *P, const FunctionDecl *In) {
    return llvm::any_of(Seen.assignmentsTo(P), [&](unsigned I) {
      const Assignment &A = Seen.Assignments[I];
      return A.In == In && A.Target;
    });
  }

  /// What \p Call gives \p Callee, when its caller is come to as \p Known.
  Truths given(const CallExpr *Call, const FunctionDecl *Callee,
               const Context &Known) const {
    Truths Out(Callee->getNumParams());
    if (isa<CXXOperatorCallExpr>(Call))
      return Out;
    for (unsigned I = 0; I < std::min<unsigned>(Out.size(), Call->getNumArgs());
         ++I) {
      const Expr *Arg = Call->getArg(I);
      const auto *Ref = dyn_cast<DeclRefExpr>(Arg->IgnoreParenImpCasts());
      const auto *P = Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
      bool Truth;
      if (P && P->getFunctionScopeIndex() < Known.Known.size())
        Out[I] = Known.Known[P->getFunctionScopeIndex()];
      else if (!Arg->isValueDependent() && Arg->getType()->isScalarType() &&
               Arg->EvaluateAsBooleanCondition(Truth, Unit.Context))
        Out[I] = Truth;
    }
    return Out;
  }

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
        bool IsHeld = Run ? Run->Under == CallbackState::Held
                          : Facts->Lock == LockNeed::Needs;
        bool IsForeign = Run && (Run->Under == CallbackState::Thread ||
                                 Run->Under == CallbackState::Released);
        if (IsHeld || IsForeign)
          add(IsHeld ? Held : Foreign, F, entry(F, C.Expr->getExprLoc()));
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
    // Contexts that are looked at already.
    llvm::DenseMap<const FunctionDecl *, unsigned> Done;
    while (!Work.empty()) {
      const FunctionDecl *F = Work.pop_back_val();
      for (unsigned N = Done[F]; N < Known[F].size(); ++N) {
        const Context Now = Known[F][N];
        for (unsigned I : Seen.callsIn(F))
          follow(Seen.Calls[I], Now, F, N, E, Work);
      }
      Done[F] = Known[F].size();
    }
  }

  void follow(const Call &C, const Context &Now, const FunctionDecl *F,
              unsigned N, Entry E,
              llvm::SmallVectorImpl<const FunctionDecl *> &Work) {
    if (isAsked(C, E) || !isPossible(C, Now))
      return;
    const FunctionFacts *Facts = Seen.facts(C);
    auto Reach = [&](const FunctionDecl *Callee, Truths Given) {
      if (Seen.Code.ownDefinition(Callee) &&
          add(waysOf(E), Callee,
              {std::move(Given), F, N, C.Expr->getExprLoc(), false}))
        Work.push_back(Callee);
    };
    if (!Facts && C.Callee) {
      Truths Given = given(C.Expr, C.Callee, Now);
      if (takesElsewhere(C.Callee))
        Unit.tell(callOf(C.Callee, E, Given));
      Reach(C.Callee, std::move(Given));
    }
    if (Facts)
      for (const Callback &Run : Facts->Calls)
        if (Run.Under == CallbackState::Same && Run.Function >= 0 &&
            Run.Function < static_cast<int>(C.Expr->getNumArgs()))
          if (const FunctionDecl *G = functionIn(C.Expr->getArg(Run.Function)))
            Reach(G->getCanonicalDecl(), Truths(G->getNumParams()));
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

  /// Whether a flag of the function's own says that the lock is not held where
  /// \p C is made.
  bool isChosen(const Call &C) {
    const FunctionDecl *Own = Seen.Code.ownDefinition(C.In);
    return Unit.Opts.Profile != Strict && Own &&
           callsChosenByLock(Seen.Code, Own).WithoutLock.contains(C.Expr);
  }

  void judge(const Call &C, const FunctionFacts &Facts) {
    if (!C.In)
      return;
    Unit.looked("calls that take the lock (W1)");
    auto Reached = [&](Entry E) -> std::optional<unsigned> {
      const std::vector<Context> &All = waysOf(E)[C.In];
      for (unsigned N = 0; N < All.size(); ++N)
        if (!isAsked(C, E) && isPossible(C, All[N]))
          return N;
      return std::nullopt;
    };
    if (auto N = Reached(Entry::Foreign))
      return report(C, Facts, Entry::Foreign, *N);
    if (Unit.Opts.Ruby < NestsFrom)
      if (auto N = Reached(Entry::Held); N && !isChosen(C))
        report(C, Facts, Entry::Held, *N);
  }

  void report(const Call &C, const FunctionFacts &Facts, Entry E, unsigned N) {
    Finding F;
    F.Rule = RuleId::W1;
    // Some other condition may come to the same.
    F.Level = conditions(C).Other && E == Entry::Held ? Severity::Warning
                                                      : Severity::Error;
    F.Where = C.Expr->getExprLoc();
    F.Function = qualifiedName(C.In);
    F.Message =
        E == Entry::Foreign
            ? "'" + Facts.Shown +
                  "' is called by a thread that Ruby did not make: it aborts"
            : "'" + Facts.Shown +
                  "' is called by code that holds the GVL already, which is an "
                  "error before Ruby 4.0";
    Ways &Known = waysOf(E);
    llvm::DenseSet<const FunctionDecl *> Met;
    for (const FunctionDecl *At = C.In; At && Met.insert(At).second;) {
      const Context &Way = Known[At][N];
      F.Notes.push_back(
          {Way.At, "'" + At->getNameAsString() + "' is " +
                       (Way.Elsewhere
                            ? E == Entry::Foreign
                                  ? "called by another file, in a thread that "
                                    "Ruby does not know"
                                  : "called by another file, with the GVL"
                        : Way.Caller ? "called here"
                        : E == Entry::Foreign
                            ? "started here, in a thread that Ruby does not "
                              "know"
                            : "handed to Ruby here, which runs it with the "
                              "GVL")});
      N = Way.CallerContext;
      At = Way.Caller;
    }
    std::reverse(F.Notes.begin(), F.Notes.end());
    Unit.report(std::move(F));
  }

  RuleUnit &Unit;
  Inventory &Seen;
  Ways Held, Foreign;
  /// The functions that can come to a call that takes the lock.
  llvm::SmallSetVector<const FunctionDecl *, 8> Takers;
  std::map<const FunctionDecl *, Asked> Read;
};

} // namespace

namespace gvlsan {
void judgeWithGvl(RuleUnit &Unit) {
  if (Unit.demands(RuleId::W1))
    Judge(Unit).run();
}
} // namespace gvlsan
