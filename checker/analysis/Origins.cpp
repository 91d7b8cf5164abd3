//===- Origins.cpp - Where an object comes from, whatever the path --------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Origins.h"

#include "analysis/Places.h"

using namespace clang;
using namespace gvlsan;

// Deeper chains are as good as unknown, and a reader could not follow them.
static constexpr unsigned MaxDepth = 12;

const ObjectOrigin *OriginSet::weakest() const {
  // What is known to be an object of nobody's comes first.
  static constexpr Standing Order[] = {Standing::Fresh,   Standing::Given,
                                       Standing::Unknown, Standing::Kept,
                                       Standing::Rooted,  Standing::Stored};
  for (Standing S : Order)
    for (const ObjectOrigin &O : All)
      if (O.From == S)
        return &O;
  return nullptr;
}

Origins::Origins(Inventory &Seen) : Seen(Seen) {
  auto Note = [](const Expr *E, auto Into) {
    if (const auto *Ref = dyn_cast<DeclRefExpr>(valueOf(E)))
      if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
        Into(V->getCanonicalDecl());
    // Of an assignment, what it assigns to as well.
    if (const auto *Assign = dyn_cast<BinaryOperator>(E->IgnoreParenCasts()))
      if (Assign->getOpcode() == BO_Assign)
        if (Spot S = spotOf(Assign->getLHS()))
          Into(S.Variable);
  };
  for (const auto &[V, With] : Seen.Comparisons)
    if (const auto *Ref = dyn_cast<DeclRefExpr>(With->IgnoreParenCasts()))
      if (const auto *Global = dyn_cast<VarDecl>(Ref->getDecl()))
        if (Global->hasGlobalStorage() && isValueType(Global->getType()) &&
            !Seen.Code.isRubyHeader(Global->getLocation()))
          ComparedWith[V].push_back(Global->getCanonicalDecl());
  for (const Call &C : Seen.Calls) {
    const FunctionFacts *Facts = Seen.facts(C);
    if (!Facts)
      continue;
    auto HasArg = [&](int I) {
      return I >= 0 && I < static_cast<int>(C.Expr->getNumArgs());
    };
    if (Facts->Does == Effect::Roots && HasArg(Facts->DoesTo))
      Note(C.Expr->getArg(Facts->DoesTo),
           [&](const VarDecl *V) { RootedVariables.insert(V); });
    if (Facts->Does == Effect::Registers && HasArg(Facts->DoesTo))
      if (Spot S = addressedSpot(C.Expr->getArg(Facts->DoesTo)))
        RootedVariables.insert(S.Variable);
    if (HasArg(Facts->Number))
      Note(C.Expr->getArg(Facts->Number),
           [&](const VarDecl *V) { Numbers.insert(V); });
    for (int I : Facts->Keeps)
      if (HasArg(I))
        Note(C.Expr->getArg(I),
             [&](const VarDecl *V) { KeptVariables.insert({V, C.In}); });
  }
}

/// Code that tells what \p V holds apart by comparing it with symbols expects
/// one of them.
bool Origins::isOneOfSymbols(const VarDecl *V, unsigned Depth) {
  if (V->hasGlobalStorage())
    return false;
  auto It = ComparedWith.find(V);
  return It != ComparedWith.end() &&
         llvm::any_of(It->second, [&](const VarDecl *Global) {
           if (Seen.assignmentsTo(Global).empty())
             return false;
           OriginSet Objects;
           for (unsigned I : Seen.assignmentsTo(Global))
             resolve(Seen.Assignments[I].Value, Objects, Depth + 1);
           return !Objects.weakest();
         });
}

OriginSet Origins::of(const Expr *E) {
  OriginSet Out;
  resolve(E, Out, 0);
  return Out;
}

void Origins::resolve(const Expr *E, OriginSet &Out, unsigned Depth) {
  E = valueOf(E);
  auto Is = [&](Standing S) { Out.All.push_back({S, E}); };
  if (Depth > MaxDepth)
    return Is(Standing::Stored);
  Expr::EvalResult Constant;
  if (!E->isValueDependent() && E->EvaluateAsInt(Constant, Seen.Context))
    return Is(Standing::Immortal);
  if (const auto *Choice = dyn_cast<AbstractConditionalOperator>(E)) {
    resolve(Choice->getTrueExpr(), Out, Depth + 1);
    resolve(Choice->getFalseExpr(), Out, Depth + 1);
    return;
  }
  if (const auto *Call = dyn_cast<CallExpr>(E))
    return resolveCall(Call, Out, Depth + 1);
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
      return resolveVariable(V->getCanonicalDecl(), E, Out, Depth + 1);
    // An enumerator or a function: no object at all.
    return Is(Standing::Immortal);
  }
  // Numbers in disguise: shifted, added, compared.
  if (isa<BinaryOperator>(E) || isa<StringLiteral>(E) ||
      (isa<UnaryOperator>(E) &&
       cast<UnaryOperator>(E)->getOpcode() != UO_Deref))
    return Is(Standing::Immortal);
  Is(Standing::Stored);
}

void Origins::resolveVariable(const VarDecl *V, const Expr *Site,
                              OriginSet &Out, unsigned Depth) {
  Out.Through.push_back(V);
  if (isRooted(V) || Numbers.contains(V)) {
    Out.All.push_back({Standing::Immortal, Site});
    return;
  }
  // Ruby's own globals are roots or name classes that C code defines.
  if (V->hasGlobalStorage() && Seen.Code.isRubyHeader(V->getLocation())) {
    Out.All.push_back({Standing::Immortal, Site});
    return;
  }
  if (!Busy.insert(V).second)
    return;
  if (isOneOfSymbols(V, Depth)) {
    Busy.erase(V);
    Out.All.push_back({Standing::Immortal, Site});
    return;
  }
  const auto *P = dyn_cast<ParmVarDecl>(V);
  ArrayRef<unsigned> Assigned = Seen.assignmentsTo(V);
  for (unsigned I : Assigned)
    resolve(Seen.Assignments[I].Value, Out, Depth);
  if (P)
    resolveParameter(P, Site, Out, Depth);
  else if (Assigned.empty())
    Out.All.push_back({Standing::Stored, Site});
  Busy.erase(V);
}

void Origins::resolveParameter(const ParmVarDecl *P, const Expr *Site,
                               OriginSet &Out, unsigned Depth) {
  const auto *F = dyn_cast<FunctionDecl>(P->getDeclContext());
  ArrayRef<unsigned> Callers;
  if (F && !Seen.isAddressTaken(F))
    Callers = Seen.callsOf(F);
  // A method, a callback, or what another file calls.
  if (Callers.empty()) {
    Out.All.push_back({Standing::Given, Site, P});
    return;
  }
  for (unsigned I : Callers) {
    const CallExpr *Call = Seen.Calls[I].Expr;
    unsigned Index = P->getFunctionScopeIndex();
    if (Index < Call->getNumArgs())
      resolve(Call->getArg(Index), Out, Depth);
  }
}

/// The text of a string constant or of the constant that an ID is made of.
static StringRef nameIn(const Expr *E) {
  E = valueOf(E);
  if (const auto *Literal = dyn_cast<StringLiteral>(E))
    return Literal->isOrdinary() ? Literal->getString() : "";
  if (const auto *Call = dyn_cast<CallExpr>(E))
    for (const Expr *Arg : Call->arguments())
      if (StringRef Name = nameIn(Arg); !Name.empty())
        return Name;
  if (const auto *Choice = dyn_cast<AbstractConditionalOperator>(E)) {
    StringRef Name = nameIn(Choice->getTrueExpr());
    return Name.empty() ? nameIn(Choice->getFalseExpr()) : Name;
  }
  return "";
}

bool Origins::isPinnedConstant(const CallExpr *Call) const {
  return llvm::any_of(Call->arguments(), [&](const Expr *Arg) {
    Spot Scope = spotOf(Arg);
    return Seen.Model.isPinnedConstant(nameIn(Arg)) ||
           (Scope && Seen.Model.isPinnedScope(Scope.Variable->getName()));
  });
}

void Origins::resolveCall(const CallExpr *Call, OriginSet &Out,
                          unsigned Depth) {
  auto Is = [&](Standing S) { Out.All.push_back({S, Call}); };
  const FunctionDecl *Callee = calleeOf(Call);
  if (!Callee || !isValueType(Call->getType()))
    return Is(Callee && !Call->getType()->isPointerType() &&
                      !isValueType(Call->getType()) &&
                      Call->getType()->isIntegerType() &&
                      !Seen.Code.ownDefinition(Callee)
                  ? Standing::Stored
                  : Standing::Unknown);
  if (const FunctionFacts *Facts = Seen.Code.facts(Callee)) {
    if (Facts->Immortal)
      return Is(Standing::Immortal);
    if (Facts->Rooted)
      return Is(isPinnedConstant(Call) ? Standing::Immortal : Standing::Rooted);
    int Arg = Facts->ReturnsArg;
    switch (Facts->Returns) {
    case Result::String:
    case Result::StaticString:
    case Result::Array:
    case Result::Object:
      return Is(Standing::Fresh);
    case Result::Element:
      return Is(Standing::Kept);
    case Result::Argument:
      if (Arg >= 0 && Arg < static_cast<int>(Call->getNumArgs()))
        return resolve(Call->getArg(Arg), Out, Depth);
      return Is(Standing::Unknown);
    case Result::Callback: {
      // What any of the functions comes to that the call runs.
      size_t Before = Out.All.size();
      for (const Callback &C : Facts->Calls) {
        if (C.Function < 0 ||
            C.Function >= static_cast<int>(Call->getNumArgs()))
          continue;
        const FunctionDecl *F = functionIn(Call->getArg(C.Function));
        const FunctionDecl *Own = F ? Seen.Code.ownDefinition(F) : nullptr;
        if (!Own)
          continue;
        llvm::SmallVector<const Expr *, 2> Args;
        for (int D : C.Data)
          if (D < static_cast<int>(Call->getNumArgs()))
            Args.push_back(D < 0 ? nullptr : Call->getArg(D));
        resolveReturns(Own, Args, Out, Depth);
      }
      if (Out.All.size() == Before)
        Is(Standing::Unknown);
      return;
    }
    case Result::ValueAt:
      if (Arg >= 0 && Arg < static_cast<int>(Call->getNumArgs()))
        if (Spot S = addressedSpot(Call->getArg(Arg)); S && S.Path.empty())
          return resolveVariable(S.Variable, Call, Out, Depth);
      return Is(Standing::Stored);
    default:
      return Is(Facts->Lock == LockNeed::Accessor ? Standing::Kept
                                                  : Standing::Unknown);
    }
  }
  const FunctionDecl *Own = Seen.Code.ownDefinition(Callee);
  if (!Own || Seen.returnsOf(Own).empty())
    return Is(Standing::Unknown);
  llvm::SmallVector<const Expr *, 8> Args(Call->arguments());
  resolveReturns(Own, Args, Out, Depth);
}

void Origins::resolveReturns(const FunctionDecl *F,
                             llvm::ArrayRef<const Expr *> Args, OriginSet &Out,
                             unsigned Depth) {
  if (!Busy.insert(F->getCanonicalDecl()).second)
    return;
  for (const Expr *Returned : Seen.returnsOf(F)) {
    OriginSet Inner;
    resolve(Returned, Inner, Depth);
    Out.Through.append(Inner.Through.begin(), Inner.Through.end());
    for (const ObjectOrigin &O : Inner.All) {
      // What it hands back of what it is given here.
      const auto *Of =
          O.From == Standing::Given && O.Parameter
              ? dyn_cast<FunctionDecl>(O.Parameter->getDeclContext())
              : nullptr;
      unsigned Index = Of ? O.Parameter->getFunctionScopeIndex() : 0;
      if (Of && Of->getCanonicalDecl() == F->getCanonicalDecl() &&
          Index < Args.size() && Args[Index])
        resolve(Args[Index], Out, Depth);
      else
        Out.All.push_back(O);
    }
  }
  Busy.erase(F->getCanonicalDecl());
}

std::string gvlsan::describe(const ObjectOrigin &O) {
  switch (O.From) {
  case Standing::Fresh:
    return "a new object";
  case Standing::Given:
    return "an object of the caller's";
  case Standing::Kept:
    return "an object that another one keeps";
  case Standing::Rooted:
    return "what a constant of Ruby's names";
  case Standing::Unknown:
    return "what a call came to";
  case Standing::Immortal:
  case Standing::Stored:
    break;
  }
  return "an object";
}
