//===- GuardFlow.cpp - Objects and pointers into them, with the lock
//-------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/GuardFlow.h"

#include "analysis/Places.h"

#include "clang/AST/ExprCXX.h"

#include <queue>

using namespace clang;
using namespace gvlsan;

GuardFlow::GuardFlow(Program &Code, const ApiModel &Model, Body &Graph,
                     const FunctionText &Text, const FunctionDecl *Function,
                     GuardOracle &Ask)
    : Code(Code), Model(Model), Graph(Graph), Text(Text), Function(Function),
      Ask(Ask) {}

bool GuardFlow::run() {
  // A block that is visited more often does not settle.
  static constexpr unsigned MaxVisits = 24;
  // A block costs what copying its state does; a function that costs more than
  // this is too complicated.
  static constexpr size_t MaxCost = 20000;
  size_t Cost = 0;
  const CFG &G = *Graph.Graph;
  std::vector<std::optional<State>> In(G.getNumBlockIDs());
  std::vector<unsigned> Visits(G.getNumBlockIDs());
  State Entry;
  for (const ParmVarDecl *P : Function->parameters()) {
    unsigned N = P->getFunctionScopeIndex();
    const auto *V = cast<VarDecl>(P->getCanonicalDecl());
    bool IsObject = isValueType(P->getType());
    if (!IsObject && !P->getType()->isPointerType())
      continue;
    Owners.push_back({IsObject ? Guarded::Given : Guarded::Behind, nullptr, N});
    AllUses.emplace_back();
    Holders.emplace_back();
    unsigned O = Owners.size() - 1;
    Entry.Memory[{V, nullptr}] = {
        IsObject ? object(O)
                 : GuardAtom{GuardAtom::Pointer, Stale::No, O, nullptr}};
  }
  In[G.getEntry().getBlockID()] = Entry;

  auto ByRank = [&](const CFGBlock *A, const CFGBlock *B) {
    return Graph.Rank[A->getBlockID()] > Graph.Rank[B->getBlockID()];
  };
  std::priority_queue<const CFGBlock *, std::vector<const CFGBlock *>,
                      decltype(ByRank)>
      Work(ByRank);
  std::vector<bool> Queued(G.getNumBlockIDs());
  auto Run = [&](const CFGBlock *Block) {
    State S = *In[Block->getBlockID()];
    for (const CFGElement &Element : *Block)
      if (auto Statement = Element.getAs<CFGStmt>())
        transfer(S, Statement->getStmt());
    return S;
  };
  Work.push(&G.getEntry());
  while (!Work.empty()) {
    const CFGBlock *Block = Work.top();
    Work.pop();
    Queued[Block->getBlockID()] = false;
    if (++Visits[Block->getBlockID()] > MaxVisits)
      return false;
    State S = Run(Block);
    Cost += 1 + (S.Memory.size() + S.Pending.size()) / 16;
    if (Cost > MaxCost)
      return false;
    for (const CFGBlock *Next : Block->succs()) {
      if (!Next)
        continue;
      std::optional<State> &Old = In[Next->getBlockID()];
      bool Changed = !Old;
      if (!Old)
        Old = S;
      else
        Changed = join(*Old, S);
      if (Changed && !Queued[Next->getBlockID()]) {
        Queued[Next->getBlockID()] = true;
        Work.push(Next);
      }
    }
  }
  // What was seen on the way may have been seen too early.
  Uses.clear();
  SeenUses.clear();
  Summary = {};
  for (const CFGBlock *Block : Graph.Order)
    if (In[Block->getBlockID()])
      Run(Block);
  return true;
}

bool GuardFlow::join(State &Into, const State &From) {
  bool Changed = false;
  auto JoinMap = [&](auto &A, const auto &B) {
    for (const auto &[Key, Value] : B) {
      GuardValue &Old = A[Key];
      for (const GuardAtom &Atom : Value)
        Changed |= Old.insert(Atom).second;
    }
  };
  JoinMap(Into.Memory, From.Memory);
  JoinMap(Into.Pending, From.Pending);
  for (unsigned O : From.Kept)
    Changed |= Into.Kept.insert(O).second;
  for (const Expr *E : From.KnownHeap)
    Changed |= Into.KnownHeap.insert(E).second;
  return Changed;
}

void GuardFlow::transfer(State &S, const Stmt *Element) {
  if (const auto *Declares = dyn_cast<DeclStmt>(Element)) {
    for (const Decl *D : Declares->decls())
      if (const auto *V = dyn_cast<VarDecl>(D))
        declare(S, V);
  } else if (const auto *Return = dyn_cast<ReturnStmt>(Element)) {
    if (Return->getRetValue())
      returned(S, take(S, Return->getRetValue()));
  } else if (const auto *E = dyn_cast<Expr>(Element)) {
    evaluate(S, E);
  }
}

void GuardFlow::declare(State &S, const VarDecl *V) {
  V = V->getCanonicalDecl();
  std::erase_if(S.Memory, [&](const auto &M) { return M.first.Variable == V; });
  if (!V->hasInit())
    return;
  const Expr *Init = V->getInit()->IgnoreParens();
  if (V->hasGlobalStorage()) {
    keep(S, take(S, Init));
    return;
  }
  auto Set = [&](const FieldDecl *Field, const GuardValue &Value) {
    if (Value.empty())
      return;
    S.Memory[{V, Field}].insert(Value.begin(), Value.end());
    for (const GuardAtom &A : Value)
      if (A.Is == GuardAtom::Object)
        Holders[A.Owner].insert(V);
  };
  const auto *List = dyn_cast<InitListExpr>(Init);
  const RecordDecl *Record = V->getType()->getAsRecordDecl();
  if (List && List->isSyntacticForm() && List->getSemanticForm())
    List = List->getSemanticForm();
  if (List && Record && !Record->isUnion() && !isa<CXXRecordDecl>(Record)) {
    // The list itself is an element of the graph and has used its parts up.
    GuardValue All = take(S, List);
    for (const FieldDecl *Field : Record->fields())
      if (Field->getType()->isScalarType())
        for (const GuardAtom &A : All)
          if ((A.Is == GuardAtom::Object) == isValueType(Field->getType()))
            Set(cast<FieldDecl>(Field->getCanonicalDecl()), {A});
    return;
  }
  Set(nullptr, take(S, Init));
}

GuardValue GuardFlow::take(State &S, const Expr *E) {
  E = E->IgnoreParens();
  if (const auto *Opaque = dyn_cast<OpaqueValueExpr>(E)) {
    if (!Opaque->getSourceExpr())
      return {};
    auto It = S.Pending.find(Opaque->getSourceExpr()->IgnoreParens());
    return It == S.Pending.end() ? GuardValue() : It->second;
  }
  auto It = S.Pending.find(E);
  if (It == S.Pending.end())
    return E->isLValue() ? load(S, E) : GuardValue();
  GuardValue V = std::move(It->second);
  S.Pending.erase(It);
  return V;
}

/// The local that \p Place is part of by names alone, and the field.
static std::pair<const VarDecl *, const FieldDecl *>
namedSlot(const Expr *Place) {
  const FieldDecl *Field = nullptr;
  for (Place = Place->IgnoreParens();;) {
    if (const auto *Ref = dyn_cast<DeclRefExpr>(Place)) {
      const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
      return {V ? V->getCanonicalDecl() : nullptr, Field};
    }
    const auto *Member = dyn_cast<MemberExpr>(Place);
    if (!Member || Member->isArrow())
      return {nullptr, nullptr};
    if (const auto *F = dyn_cast<FieldDecl>(Member->getMemberDecl());
        F && !Field)
      Field = F->getCanonicalDecl();
    Place = Member->getBase()->IgnoreParens();
  }
}

/// The pointer that \p Place is reached through, and the field at the end of
/// the way; null when there is none.
static std::pair<const Expr *, const FieldDecl *>
wayTo(const Expr *Place, bool &InSlot, const ApiModel &Model) {
  const FieldDecl *Field = nullptr;
  InSlot = false;
  for (Place = Place->IgnoreParens();;) {
    if (const auto *Member = dyn_cast<MemberExpr>(Place)) {
      const auto *F = dyn_cast<FieldDecl>(Member->getMemberDecl());
      if (F && !Field)
        Field = F->getCanonicalDecl();
      if (!Member->isArrow()) {
        Place = Member->getBase()->IgnoreParens();
        continue;
      }
      InSlot = F && Model.isSlot(F->getParent()->getName());
      return {Member->getBase(), Field};
    }
    if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(Place))
      return {Subscript->getBase(), Field};
    if (const auto *Op = dyn_cast<UnaryOperator>(Place))
      if (Op->getOpcode() == UO_Deref)
        return {Op->getSubExpr(), Field};
    return {nullptr, Field};
  }
}

bool GuardFlow::holdsItself(const FieldDecl *F) {
  return F && isValueType(F->getType()) && Ask.holdsItself(F);
}

GuardValue GuardFlow::load(State &S, const Expr *Place) {
  Place = Place->IgnoreParens();
  auto [V, Field] = namedSlot(Place);
  if (V) {
    if (V->hasGlobalStorage())
      return {};
    auto It = S.Memory.find({V, Field});
    return It == S.Memory.end() ? GuardValue() : It->second;
  }
  bool InSlot;
  auto [Base, Last] = wayTo(Place, InSlot, Model);
  if (!Base) {
    // A member of a struct that a call returned.
    while (const auto *Member = dyn_cast<MemberExpr>(Place))
      Place = Member->getBase()->IgnoreParens();
    auto It = S.Pending.find(Place);
    if (It == S.Pending.end())
      return {};
    GuardValue Value = std::move(It->second);
    S.Pending.erase(It);
    return Value;
  }
  GuardValue Through = take(S, Base), Result;
  if (InSlot)
    return Place->getType()->isPointerType() ? pointersInto(Through, Place)
                                             : GuardValue();
  use(Through, Place);
  for (const GuardAtom &A : Through)
    if (A.Is == GuardAtom::Pointer && holdsItself(Last)) {
      Result.insert(object(A.Owner));
    } else if (A.Is == GuardAtom::Address) {
      auto It = S.Memory.find({A.Variable, Last, A.Heap});
      if (It == S.Memory.end())
        continue;
      for (GuardAtom Inner : It->second) {
        if (A.Heap && Inner.Is == GuardAtom::Object && Inner.Why != Stale::No) {
          if (SeenUses.insert({Inner, Place}).second)
            Uses.push_back({Inner, Place, A.Heap});
          Inner.Why = Stale::No;
          Inner.Call = nullptr;
        }
        Result.insert(Inner);
      }
    }
  return Result;
}

void GuardFlow::store(State &S, const Expr *Place, const GuardValue &Value) {
  Place = Place->IgnoreParens();
  auto Set = [&](const VarDecl *V, const FieldDecl *Field, bool Strong) {
    if (V->hasGlobalStorage()) {
      keep(S, Value);
      return;
    }
    GuardValue &Old = S.Memory[{V, Field}];
    if (Strong)
      Old.clear();
    Old.insert(Value.begin(), Value.end());
    if (Old.empty())
      S.Memory.erase({V, Field});
    for (const GuardAtom &A : Value)
      if (A.Is == GuardAtom::Object)
        Holders[A.Owner].insert(V);
  };
  auto [V, Field] = namedSlot(Place);
  if (V) {
    if (V->getType()->isReferenceType())
      keep(S, Value);
    else
      Set(V, Field, true);
    return;
  }
  bool InSlot;
  auto [Base, Last] = wayTo(Place, InSlot, Model);
  if (!Base) {
    keep(S, Value);
    return;
  }
  GuardValue Through = take(S, Base);
  use(Through, Place);
  bool IsElement = isa<ArraySubscriptExpr>(Place);
  bool OnlyLocal = !Through.empty();
  for (const GuardAtom &A : Through) {
    if (A.Is != GuardAtom::Address) {
      // An object does not keep itself.
      OnlyLocal &= A.Is == GuardAtom::Pointer && holdsItself(Last);
      continue;
    }
    if (A.Heap) {
      if (S.KnownHeap.count(A.Heap)) {
        OnlyLocal = false;
        continue;
      }
      GuardValue &Old = S.Memory[{nullptr, Last, A.Heap}];
      if (Through.size() == 1 && !IsElement)
        Old.clear();
      Old.insert(Value.begin(), Value.end());
      if (!Value.empty())
        InHeap.insert(Place);
      continue;
    }
    Set(A.Variable, Last, Through.size() == 1 && !IsElement);
    // A volatile store has to reach memory, where the variable then stays.
    if (Place->getType().isVolatileQualified())
      InMemory.insert(A.Variable);
  }
  if (!OnlyLocal)
    keep(S, Value);
}

GuardValue GuardFlow::addressOf(State &S, const Expr *Place) {
  Place = Place->IgnoreParens();
  auto [V, Field] = namedSlot(Place);
  if (V) {
    if (V->hasGlobalStorage())
      return {};
    GuardAtom A;
    A.Is = GuardAtom::Address;
    A.Variable = V;
    return {A};
  }
  bool InSlot;
  auto [Base, Last] = wayTo(Place, InSlot, Model);
  if (!Base)
    return take(S, Place);
  GuardValue Through = take(S, Base);
  return InSlot ? pointersInto(Through, Place) : Through;
}

void GuardFlow::use(const GuardValue &V, const Expr *At) {
  for (const GuardAtom &A : V) {
    if (A.Is != GuardAtom::Pointer)
      continue;
    AllUses[A.Owner].insert(At);
    if (A.Why == Stale::No)
      continue;
    const Guarded &O = Owners[A.Owner];
    if (O.From == Guarded::Behind)
      Summary.Late.try_emplace(O.Parameter, A.Call, At);
    else if (SeenUses.insert({A, At}).second)
      Uses.push_back({A, At});
  }
}

void GuardFlow::keep(State &S, const GuardValue &V) {
  for (const GuardAtom &A : V)
    if (A.Is == GuardAtom::Object)
      S.Kept.insert(A.Owner);
    else if (A.Is == GuardAtom::Address && A.Heap &&
             S.KnownHeap.insert(A.Heap).second)
      for (const auto &[Where, Value] : S.Memory)
        if (Where.isIn(A))
          keep(S, GuardValue(Value));
}

void GuardFlow::useHeap(State &S, const GuardValue &V, const Expr *At) {
  for (const GuardAtom &A : V)
    if (A.Is == GuardAtom::Address && A.Heap)
      for (const auto &[Where, Value] : S.Memory)
        if (Where.isIn(A))
          for (const GuardAtom &Inner : Value)
            if (Inner.Is == GuardAtom::Object && Inner.Why != Stale::No &&
                SeenUses.insert({Inner, At}).second)
              Uses.push_back({Inner, At, A.Heap});
}

void GuardFlow::evaluate(State &S, const Expr *E) {
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    call(S, Call);
    return;
  }
  GuardValue V;
  if (const auto *Cast = dyn_cast<CastExpr>(E)) {
    const Expr *Sub = Cast->getSubExpr();
    switch (Cast->getCastKind()) {
    case CK_LValueToRValue:
      V = load(S, Sub);
      break;
    case CK_ArrayToPointerDecay:
      V = addressOf(S, Sub);
      break;
    case CK_ToVoid:
    case CK_PointerToBoolean:
    case CK_IntegralToBoolean:
      take(S, Sub);
      break;
    default:
      // A glvalue stays one.
      if (!E->isLValue())
        V = take(S, Sub);
      break;
    }
  } else if (const auto *Op = dyn_cast<UnaryOperator>(E)) {
    if (Op->getOpcode() == UO_AddrOf)
      V = addressOf(S, Op->getSubExpr());
    else if (Op->isIncrementDecrementOp())
      V = load(S, Op->getSubExpr());
    else if (Op->getOpcode() == UO_Extension)
      V = take(S, Op->getSubExpr());
    else if (Op->getOpcode() != UO_Deref)
      take(S, Op->getSubExpr());
  } else if (const auto *Op = dyn_cast<BinaryOperator>(E)) {
    GuardValue Right = take(S, Op->getRHS());
    if (Op->getOpcode() == BO_Assign) {
      store(S, Op->getLHS(), Right);
      V = std::move(Right);
    } else if (Op->isAssignmentOp()) {
      V = load(S, Op->getLHS());
    } else {
      GuardValue Left = take(S, Op->getLHS());
      if (Op->getOpcode() == BO_Comma) {
        V = std::move(Right);
      } else if (Op->isAdditiveOp() && E->getType()->isPointerType()) {
        V = std::move(Left);
        V.insert(Right.begin(), Right.end());
      }
    }
  } else if (const auto *Choice = dyn_cast<AbstractConditionalOperator>(E)) {
    V = take(S, Choice->getTrueExpr());
    GuardValue Other = take(S, Choice->getFalseExpr());
    V.insert(Other.begin(), Other.end());
    if (const auto *Binary = dyn_cast<BinaryConditionalOperator>(E))
      S.Pending.erase(Binary->getCommon()->IgnoreParens());
  } else if (const auto *Block = dyn_cast<StmtExpr>(E)) {
    if (!Block->getSubStmt()->body_empty())
      if (const auto *Last = dyn_cast<Expr>(Block->getSubStmt()->body_back()))
        V = take(S, Last);
  } else if (isa<MemberExpr, ArraySubscriptExpr>(E)) {
    // A place, unless it is a member of a struct that a call returned.
    if (!E->isLValue())
      V = load(S, E);
  } else if (isa<InitListExpr, CompoundLiteralExpr, FullExpr,
                 MaterializeTemporaryExpr, CXXBindTemporaryExpr>(E)) {
    for (const Stmt *Child : E->children())
      if (const auto *Part = dyn_cast_or_null<Expr>(Child)) {
        GuardValue Value = take(S, Part);
        V.insert(Value.begin(), Value.end());
      }
  } else if (const auto *Construct = dyn_cast<CXXConstructExpr>(E)) {
    for (const Expr *Arg : Construct->arguments()) {
      GuardValue Value = take(S, Arg);
      use(Value, E);
      keep(S, Value);
    }
  } else if (!isa<DeclRefExpr, OpaqueValueExpr>(E)) {
    for (const Stmt *Child : E->children())
      if (const auto *Part = dyn_cast_or_null<Expr>(Child))
        if (!Part->isLValue())
          take(S, Part);
  }
  if (!V.empty() && !isDropped(E))
    S.Pending[E] = std::move(V);
}

bool GuardFlow::isDropped(const Expr *E) const {
  const Stmt *At = E, *Up = Text.parent(E);
  while (isa_and_nonnull<ParenExpr>(Up)) {
    At = Up;
    Up = Text.parent(Up);
  }
  if (!Up || isa<Expr, DeclStmt, ReturnStmt>(Up))
    return false;
  if (const auto *Block = dyn_cast<CompoundStmt>(Up))
    return !isa_and_nonnull<StmtExpr>(Text.parent(Block)) ||
           Block->body_back() != At;
  return true;
}
