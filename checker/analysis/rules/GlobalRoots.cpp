//===- GlobalRoots.cpp - H2: C globals that hold objects ------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Every assignment of an object to a C global, whether anything makes the
/// global or the object a root, and whether it does so before the collector can
/// run.
///
//===----------------------------------------------------------------------===//

#include "analysis/Branches.h"
#include "analysis/Keepers.h"
#include "analysis/Places.h"
#include "analysis/RuleUnit.h"
#include "analysis/SourceText.h"

#include "clang/Basic/SourceManager.h"

using namespace clang;
using namespace gvlsan;

namespace {

/// From this version on the function that registers an address keeps what it
/// holds meanwhile (Bug #19584).
constexpr unsigned RegistersSafely = 303;

class Judge {
public:
  explicit Judge(RuleUnit &Unit)
      : Unit(Unit), Seen(Unit.inventory()), From(Unit.origins()), Kept(Unit) {}

  void run() {
    collectGlobals();
    collectRegistering();
    for (const auto &[F, I] : Registering)
      if (F->isExternallyVisible())
        Unit.tell(registersFact(F, I));
    for (const FunctionDecl *F : Seen.Code.definitions())
      if (F->isExternallyVisible() && returnsImmortal(F))
        Unit.tell(immortalFact(F));
    for (const Call &C : Seen.Calls)
      noteCall(C);
    for (const Assignment &A : Seen.Assignments) {
      noteTable(A);
      if (Spot To = spotOf(A); isHolder(To))
        noteWrite(To, A);
    }
    Unit.looked("C globals that hold objects (H2)", Writes.size());
    for (const auto &[To, Assigned] : Writes)
      for (const Assignment *A : Assigned)
        judge(To, *A, Assigned);
    reportGroups();
  }

private:
  static Spot spotOf(const Assignment &A) {
    if (A.Target)
      return gvlsan::spotOf(A.Target);
    return {A.Variable, ""};
  }

  static bool holdsObjects(QualType T, unsigned Depth = 0) {
    if (isValueType(T))
      return true;
    if (const auto *Array = T->getAsArrayTypeUnsafe())
      return holdsObjects(Array->getElementType(), Depth);
    if (const auto *Record = T->getAsRecordDecl(); Record && Depth < 3)
      return llvm::any_of(Record->fields(), [&](const FieldDecl *F) {
        return holdsObjects(F->getType(), Depth + 1);
      });
    return false;
  }

  /// A VALUE that is assigned, or a struct with some; not a number or a pointer
  /// beside them.
  void noteWrite(const Spot &To, const Assignment &A) {
    QualType T = A.Target ? A.Target->getType() : A.Variable->getType();
    if (isValueType(T))
      Writes[To].push_back(&A);
    else if (isa<CallExpr>(valueOf(A.Value)))
      if (const auto *Record = T->getAsRecordDecl())
        for (const FieldDecl *F : Record->fields())
          if (isValueType(F->getType()))
            Writes[{To.Variable, To.Path + "." + F->getNameAsString()}]
                .push_back(&A);
  }

  void collectGlobals() {
    for (const VarDecl *V : Seen.Globals)
      if (holdsObjects(V->getType()))
        Holders.insert(V);
  }
  bool isHolder(const Spot &S) const {
    return S && Holders.contains(S.Variable);
  }

  static std::string exported(const Spot &S) {
    return S.Variable->isExternallyVisible()
               ? S.Variable->getQualifiedNameAsString() + S.Path
               : std::string();
  }

  void noteRooted(const Spot &S, const Call *By, bool Value = false) {
    if (By)
      (Value ? RootedValues : Registered)[S].push_back(By);
    else
      Escaped.insert(S.Variable);
    if (std::string Name = exported(S); !Name.empty())
      Unit.tell((Value ? "H2 rooted value " : "H2 rooted ") + Name);
  }

  /// What \p C does for the globals that it is given.
  void noteCall(const Call &C) {
    const FunctionFacts *Facts = Seen.facts(C);
    for (unsigned I = 0; I < C.Expr->getNumArgs(); ++I) {
      const Expr *Arg = C.Expr->getArg(I);
      int Index = static_cast<int>(I);
      if (Facts) {
        bool Roots = Facts->Does == Effect::Roots && Facts->DoesTo == Index;
        bool Marks = Facts->Marks != Marking::None && Facts->MarksArg == Index;
        if (Facts->Does == Effect::Registers && Facts->DoesTo == Index) {
          if (Spot S = addressedSpot(Arg); isHolder(S))
            noteRooted(S, &C);
        } else if (Roots || Marks) {
          noteRootedObject(C, Arg, Marks);
        }
        continue;
      }
      if (isValueType(Arg->getType()))
        if (Spot S = gvlsan::spotOf(Arg); isHolder(S) && Kept.mayKeep(C, I))
          noteRooted(S, nullptr);
      Spot S = addressedSpot(Arg);
      if (!isHolder(S) || !Arg->getType()->isPointerType())
        continue;
      if (registersParameter(C.Callee, I))
        noteRooted(S, &C);
      else if (!C.Callee || !Seen.Code.ownDefinition(C.Callee))
        noteRooted(S, nullptr);
    }
  }

  void noteRootedObject(const Call &C, const Expr *Arg, bool Marks) {
    if (Spot S = gvlsan::spotOf(Arg); isHolder(S))
      noteRooted(S, &C, !Marks);
    if (Spot S = addressedSpot(Arg); Marks && isHolder(S))
      noteRooted(S, &C);
    // The assignment itself may be the argument.
    if (const auto *Assign = dyn_cast<BinaryOperator>(Arg->IgnoreParenCasts()))
      if (Spot S = gvlsan::spotOf(Assign->getLHS()); isHolder(S))
        noteRooted(S, &C, !Marks);
  }

  static std::string registersFact(const FunctionDecl *F, unsigned I) {
    return "H2 registers " + qualifiedName(F) + " " + std::to_string(I);
  }

  /// Finds the parameters that hold an address of which the function makes a
  /// root, itself or by what it calls. Functions may call each other in any
  /// way: what is found only grows.
  void collectRegistering() {
    for (bool Changed = true; Changed;) {
      Changed = false;
      for (const FunctionDecl *F : Seen.Code.definitions())
        for (unsigned Index : Seen.callsIn(F))
          Changed |= noteRegistering(F, Seen.Calls[Index]);
    }
  }

  bool noteRegistering(const FunctionDecl *F, const Call &Inner) {
    bool Found = false;
    for (unsigned J = 0; J < Inner.Expr->getNumArgs(); ++J) {
      const auto *Ref = dyn_cast<DeclRefExpr>(valueOf(Inner.Expr->getArg(J)));
      const auto *P = Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
      if (!P || !P->getType()->isPointerType() ||
          Registering.count(
              {F->getCanonicalDecl(), P->getFunctionScopeIndex()}))
        continue;
      const FunctionFacts *Facts = Seen.facts(Inner);
      if (Facts ? Facts->Does == Effect::Registers &&
                      Facts->DoesTo == static_cast<int>(J)
                : registersParameter(Inner.Callee, J))
        Found |=
            Registering
                .insert({F->getCanonicalDecl(), P->getFunctionScopeIndex()})
                .second;
    }
    return Found;
  }

  /// Whether \p F, here or in another file, makes a root of the address that
  /// it is given as parameter \p I.
  bool registersParameter(const FunctionDecl *F, unsigned I) {
    if (!F)
      return false;
    return Seen.Code.ownDefinition(F)
               ? Registering.count({F->getCanonicalDecl(), I}) != 0
               : Unit.known(registersFact(F, I));
  }

  static std::string immortalFact(const FunctionDecl *F) {
    return "H2 immortal " + qualifiedName(F);
  }

  /// Whether all that \p F returns never dies and never moves.
  bool returnsImmortal(const FunctionDecl *F) {
    llvm::ArrayRef<const Expr *> Returns = Seen.returnsOf(F);
    return isValueType(F->getReturnType()) && !Returns.empty() &&
           llvm::all_of(Returns, [&](const Expr *E) {
             OriginSet Objects = objectsOf(E);
             return !Objects.All.empty() && !Objects.weakest();
           });
  }

  /// A table of addresses, which some loop may go through.
  void noteTable(const Assignment &A) {
    llvm::SmallVector<const Expr *, 16> Work{A.Value};
    while (!Work.empty()) {
      const Expr *E = Work.pop_back_val()->IgnoreParenCasts();
      if (const auto *List = dyn_cast<InitListExpr>(E)) {
        Work.append(List->inits().begin(), List->inits().end());
        continue;
      }
      if (E->getType()->isPointerType() || E->getType()->isArrayType())
        if (Spot S = addressedSpot(E); isHolder(S))
          noteRooted(S, nullptr);
    }
  }

  void judge(const Spot &To, const Assignment &A,
             llvm::ArrayRef<const Assignment *> All) {
    if (Escaped.contains(To.Variable))
      return;
    const Expr *Value = A.Value;
    if (isa<InitListExpr>(Value->IgnoreParenCasts()))
      return;
    // What a function of their own that nobody sees hands back.
    if (const auto *Call = dyn_cast<CallExpr>(valueOf(Value));
        Call && !calleeOf(Call))
      return;
    // Nobody who reads it could meet a dead object.
    if (!To.Variable->isExternallyVisible() && !isRead(To))
      return;
    OriginSet Objects = objectsOf(Value);
    const ObjectOrigin *Weakest = Objects.weakest();
    if (!Weakest || Weakest->From == Standing::Stored)
      return;
    // What another file's functions are handed is judged by what they hand.
    if (Weakest->From == Standing::Given && isInitialiser(*Weakest))
      return;
    if (isTakenBack(To, A, All))
      return;
    bool Kept = isKept(To, A, Objects);
    llvm::SmallVector<const Call *, 2> Roots = rootsOf(To, A);
    if (!Roots.empty()) {
      if (!Kept)
        judgeOrder(To, A, *Weakest, Roots);
    } else if (!isRootedElsewhere(To)) {
      report(To, A, *Weakest, Kept);
    }
  }

  OriginSet objectsOf(const Expr *Value) {
    if (isValueType(Value->getType()) || !Value->getType()->isRecordType()) {
      OriginSet Objects = From.of(Value);
      for (ObjectOrigin &O : Objects.All)
        if (O.From == Standing::Unknown && isImmortalElsewhere(O.Site))
          O.From = Standing::Immortal;
      return Objects;
    }
    OriginSet Out;
    Out.All.push_back({Standing::Unknown, Value});
    return Out;
  }

  /// Whether \p Site calls a function of another file that returns nothing
  /// else.
  bool isImmortalElsewhere(const Expr *Site) {
    const auto *Call = dyn_cast_or_null<CallExpr>(Site);
    const FunctionDecl *Callee = Call ? calleeOf(Call) : nullptr;
    return Callee && Seen.Code.isForeign(Callee) &&
           Unit.known(immortalFact(Callee));
  }

  /// The calls that make \p To a root, or what \p A puts there.
  llvm::SmallVector<const Call *, 2> rootsOf(const Spot &To,
                                             const Assignment &A) {
    llvm::SmallVector<const Call *, 2> Roots;
    if (auto It = Registered.find(To); It != Registered.end())
      Roots.append(It->second.begin(), It->second.end());
    if (auto It = RootedValues.find(To); It != RootedValues.end())
      for (const Call *C : It->second)
        if (C->In == A.In ? C->Order > A.Order : calls(C->In, A.In))
          Roots.push_back(C);
    return Roots;
  }

  bool calls(const FunctionDecl *F, const FunctionDecl *Callee) {
    return F && Callee && llvm::any_of(Seen.callsIn(F), [&](unsigned I) {
             return Seen.Calls[I].Callee == Callee;
           });
  }

  /// Mentioned other than to be assigned to or compared with.
  bool isRead(const Spot &To) {
    unsigned Written = 0;
    for (const auto &[S, Assigned] : Writes)
      if (S.Variable == To.Variable)
        for (const Assignment *A : Assigned)
          Written += A->Target != nullptr;
    return Seen.mentions(To.Variable) > Written + Seen.comparisons(To.Variable);
  }

  /// A function that no method table and no caller of this file names: what it
  /// is given comes from another file's function, as a module for its classes.
  bool isInitialiser(const ObjectOrigin &O) {
    const auto *F = dyn_cast_or_null<FunctionDecl>(
        O.Parameter ? O.Parameter->getDeclContext() : nullptr);
    return F && F->isExternallyVisible() && !Seen.isAddressTaken(F) &&
           Seen.callsOf(F).empty();
  }

  /// The function that assigns it also takes it back, so that the object only
  /// has to outlive the function, whose frame or caller holds it.
  bool isTakenBack(const Spot &, const Assignment &A,
                   llvm::ArrayRef<const Assignment *> All) {
    for (const Assignment *Other : All) {
      if (Other->In != A.In || Other->Order <= A.Order)
        continue;
      const FunctionDecl *Own = A.In ? Seen.Code.ownDefinition(A.In) : nullptr;
      if (!Own ||
          areExclusive(Unit.Context, Own->getBody(), A.Where, Other->Where))
        continue;
      const ObjectOrigin *Weakest = From.of(Other->Value).weakest();
      if (!Weakest || Weakest->From == Standing::Stored)
        return true;
    }
    return false;
  }

  bool isRootedElsewhere(const Spot &To) {
    // The whole array, or the struct it lies in.
    for (const auto &[S, Calls] : Registered)
      if (S.Variable == To.Variable &&
          (StringRef(To.Path).starts_with(S.Path) || S.Path.empty()) &&
          !S.Path.empty())
        return true;
    std::string Name = exported(To);
    if (Name.empty())
      return false;
    // Of a value that this file roots it is known when.
    return Unit.known("H2 rooted " + Name) ||
           (!RootedValues.count(To) && Unit.known("H2 rooted value " + Name));
  }

  bool isKept(const Spot &To, const Assignment &A, const OriginSet &Objects) {
    return From.isKept(To.Variable, A.In) ||
           llvm::any_of(Objects.Through,
                        [&](const VarDecl *V) { return From.isKept(V, A.In); });
  }

  /// Registered in the same function, but only after a call that may run the
  /// collector.
  void judgeOrder(const Spot &To, const Assignment &A, const ObjectOrigin &O,
                  llvm::ArrayRef<const Call *> Roots) {
    if (O.From != Standing::Fresh && O.From != Standing::Unknown)
      return;
    const Call *First = nullptr;
    for (const Call *C : Roots) {
      if (C->In != A.In || C->Order < A.Order)
        return;
      if (!First || C->Order < First->Order)
        First = C;
    }
    // By the same statement: the argument is the assignment.
    if (isArgument(A, *First))
      return;
    if (holdsElsewhere(A, First->Order))
      return;
    for (unsigned Index : Seen.callsIn(A.In)) {
      const Call &Between = Seen.Calls[Index];
      if (Between.Order <= A.Order || Between.Order >= First->Order ||
          !Seen.mayCollect(Between) || isGiven(Between, To))
        continue;
      Finding F = start(To, A,
                        O.From == Standing::Fresh ? Severity::Error
                                                  : Severity::Warning);
      F.Missing = "live";
      F.Message = "'" + To.text() + "' holds " + describe(O) +
                  " that is no root yet when '" + nameOf(Between) +
                  "' may run the collector: register it first";
      F.Notes.push_back({Between.Expr->getExprLoc(),
                         "'" + nameOf(Between) + "' may run the collector"});
      F.Notes.push_back({First->Expr->getExprLoc(),
                         "'" + To.text() + "' is registered only here"});
      return reportOnce(Group::NoRootYet, To, A, std::move(F));
    }
    const FunctionFacts *Facts = Seen.facts(*First);
    bool Collects =
        Facts ? Facts->MayCollect && Facts->Does == Effect::Registers : true;
    if (!Collects || O.From != Standing::Fresh ||
        Unit.Opts.Ruby >= RegistersSafely)
      return;
    Finding F = start(To, A, Severity::Warning);
    F.Missing = "live";
    F.Message = "'" + To.text() + "' holds " + describe(O) +
                " before it is registered, and '" + nameOf(*First) +
                "' itself may run the collector (Bug #19584, before Ruby 3.3): "
                "register it first";
    F.Notes.push_back(
        {First->Expr->getExprLoc(), "'" + To.text() + "' is registered here"});
    reportOnce(Group::TooLate, To, A, std::move(F));
  }

  /// What set-up functions do to all their globals or to none.
  enum class Group { TooLate, NoRootYet, Movable, Unregistered };
  struct Grouped {
    Finding First;
    std::string Name;
    std::vector<std::pair<SourceLocation, std::string>> Others;
  };

  /// Reports \p F, one of a kind, together with its like in the same function.
  void reportOnce(Group Kind, const Spot &To, const Assignment &A, Finding F) {
    auto [It, New] = Groups.try_emplace({A.In, Kind, F.Level}, Alike.size());
    if (New) {
      Alike.push_back({std::move(F), To.text(), {}});
      return;
    }
    Grouped &G = Alike[It->second];
    if (G.Name != To.text() && llvm::none_of(G.Others, [&](const auto &Other) {
          return Other.second == To.text();
        }))
      G.Others.push_back({A.Where, To.text()});
  }

  void reportGroups() {
    for (Grouped &G : Alike) {
      // All names are in the message, so that a further one makes another
      // finding of it for those who have seen this one.
      std::string Names;
      for (const auto &[Where, Name] : G.Others) {
        Names += (Names.empty() ? "; the same goes for '" : ", '") + Name + "'";
        G.First.Notes.push_back({Where, "'" + Name + "' is assigned here"});
      }
      G.First.Message += Names;
      Unit.report(std::move(G.First));
    }
  }

  /// Whether \p C works on what \p S holds: it keeps what it was given while it
  /// uses it.
  static bool isGiven(const Call &C, const Spot &S) {
    return llvm::any_of(C.Expr->arguments(), [&](const Expr *Arg) {
      if (const auto *Assign =
              dyn_cast<BinaryOperator>(Arg->IgnoreParenCasts()))
        return gvlsan::spotOf(Assign->getLHS()) == S;
      return gvlsan::spotOf(Arg) == S;
    });
  }

  static bool isArgument(const Assignment &A, const Call &C) {
    for (const Expr *Arg : C.Expr->arguments())
      if (const auto *Assign =
              dyn_cast<BinaryOperator>(Arg->IgnoreParenCasts()))
        if (Assign->getLHS() == A.Target)
          return true;
    return false;
  }

  /// Whether a variable of the frame that A copied is used after \p Order.
  bool holdsElsewhere(const Assignment &A, unsigned Order) {
    const auto *Ref = dyn_cast<DeclRefExpr>(valueOf(A.Value));
    const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (!V || V->hasGlobalStorage())
      return false;
    for (unsigned Index : Seen.callsIn(A.In)) {
      const Call &C = Seen.Calls[Index];
      if (C.Order < Order)
        continue;
      for (const Expr *Arg : C.Expr->arguments())
        if (gvlsan::spotOf(Arg).Variable == V->getCanonicalDecl())
          return true;
    }
    return From.isKept(V->getCanonicalDecl(), A.In);
  }

  std::string nameOf(const Call &C) const {
    if (const FunctionFacts *Facts = Seen.facts(C))
      return Facts->Shown;
    return C.Callee ? C.Callee->getNameAsString() : "a function pointer";
  }

  Finding start(const Spot &To, const Assignment &A, Severity Level) {
    Finding F;
    F.Rule = RuleId::H2;
    F.Level = Level;
    F.Where = A.Where;
    F.Function = A.In ? qualifiedName(A.In) : "";
    // Const in name only: it looks for the definition among the declarations.
    const VarDecl *V =
        const_cast<VarDecl *>(To.Variable)->getActingDefinition();
    if (const VarDecl *Defined = To.Variable->getDefinition())
      V = Defined;
    F.Notes.push_back({(V ? V : To.Variable)->getLocation(),
                       "the global '" + To.Variable->getNameAsString() +
                           "' is no root: the collector does not know of it"});
    return F;
  }

  void report(const Spot &To, const Assignment &A, const ObjectOrigin &O,
              bool Kept) {
    bool Certain = O.From == Standing::Fresh || O.From == Standing::Given;
    bool Lives = Kept || O.From == Standing::Rooted || O.From == Standing::Kept;
    Finding F = start(To, A, Certain ? Severity::Error : Severity::Warning);
    F.Missing = Lives ? "in place" : "live";
    F.Message = "'" + To.text() + "' holds " + describe(O) +
                (Lives ? ", which lives but may be moved: the global is not "
                         "registered with the collector"
                       : ", and nothing registers the global with the "
                         "collector: the object may be freed or moved");
    const SourceManager &SM = Unit.Context.getSourceManager();
    if (O.Site && SM.getExpansionLineNumber(O.Site->getExprLoc()) !=
                      SM.getExpansionLineNumber(A.Where))
      F.Notes.push_back({O.Site->getExprLoc(), "it comes from here"});
    reportOnce(Lives ? Group::Movable : Group::Unregistered, To, A,
               std::move(F));
  }

  RuleUnit &Unit;
  Inventory &Seen;
  Origins &From;
  Keepers Kept;
  std::map<std::tuple<const FunctionDecl *, Group, Severity>, size_t> Groups;
  std::vector<Grouped> Alike;
  llvm::DenseSet<const VarDecl *> Holders, Escaped;
  std::map<Spot, llvm::SmallVector<const Call *, 2>> Registered, RootedValues;
  std::set<std::pair<const FunctionDecl *, unsigned>> Registering;
  /// By the place of the declaration, so that runs repeat.
  struct InOrder {
    bool operator()(const Spot &A, const Spot &B) const {
      if (A.Variable != B.Variable)
        return A.Variable->getLocation() < B.Variable->getLocation();
      return A.Path < B.Path;
    }
  };
  std::map<Spot, llvm::SmallVector<const Assignment *, 4>, InOrder> Writes;
};

} // namespace

namespace gvlsan {
void judgeGlobalRoots(RuleUnit &Unit) {
  if (Unit.demands(RuleId::H2))
    Judge(Unit).run();
}
} // namespace gvlsan
