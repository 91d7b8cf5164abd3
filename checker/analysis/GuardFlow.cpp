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
  std::erase_if(S.Memory, [&](const auto &M) { return M.first.first == V; });
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
  if (InSlot) {
    if (Place->getType()->isPointerType())
      for (const GuardAtom &A : Through)
        if (A.Is == GuardAtom::Object)
          Result.insert(pointer(A.Owner, Place));
    return Result;
  }
  use(Through, Place);
  for (const GuardAtom &A : Through)
    if (A.Is == GuardAtom::Address) {
      auto It = S.Memory.find({A.Variable, Last});
      if (It != S.Memory.end())
        Result.insert(It->second.begin(), It->second.end());
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
      OnlyLocal = false;
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
    return {GuardAtom{GuardAtom::Address, Stale::No, 0, nullptr, nullptr, V}};
  }
  bool InSlot;
  auto [Base, Last] = wayTo(Place, InSlot, Model);
  if (!Base)
    return take(S, Place);
  GuardValue Through = take(S, Base), Result;
  if (!InSlot)
    return Through;
  for (const GuardAtom &A : Through)
    if (A.Is == GuardAtom::Object)
      Result.insert(pointer(A.Owner, Place));
  return Result;
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

void GuardFlow::call(State &S, const CallExpr *Call) {
  const FunctionDecl *Callee = calleeOf(Call, Code.context());
  llvm::SmallVector<GuardValue, 8> Args;
  unsigned First = 0;
  // The object of an overloaded operator is its first argument.
  if (isa<CXXOperatorCallExpr>(Call) && isa_and_nonnull<CXXMethodDecl>(Callee))
    First = 1;
  for (unsigned I = 0; I < Call->getNumArgs(); ++I)
    Args.push_back(take(S, Call->getArg(I)));
  take(S, Call->getCallee());
  llvm::ArrayRef<GuardValue> Given =
      llvm::ArrayRef(Args).drop_front(std::min<size_t>(First, Args.size()));
  const FunctionFacts *Facts =
      Callee && !Code.ownDefinition(Callee) ? Code.facts(Callee) : nullptr;
  for (const GuardValue &Arg : Args) {
    use(Arg, Call);
    for (const GuardAtom &A : Arg)
      if (A.Is == GuardAtom::Address)
        for (const auto &[Where, Value] : S.Memory)
          if (Where.first == A.Variable && Where.second)
            use(Value, Call);
  }

  collect(S, Call, Given);
  for (unsigned I = 0; I < Given.size(); ++I)
    if (!Given[I].empty() && (!Callee || Ask.keeps(Callee, I)))
      keep(S, Given[I]);

  GuardValue Result = resultOf(S, Call, Callee, Given);
  // What was handed over by address may be another pointer now.
  for (const GuardValue &Arg : Given)
    for (const GuardAtom &A : Arg)
      if (A.Is == GuardAtom::Address)
        for (auto &[Where, Value] : S.Memory)
          if (Where.first == A.Variable)
            std::erase_if(Value, [](const GuardAtom &Held) {
              return Held.Is == GuardAtom::Pointer;
            });
  if (Facts && Facts->Reallocates >= 0 &&
      Facts->Reallocates < static_cast<int>(Given.size())) {
    auto Move = [&](GuardValue &Value) {
      GuardValue New;
      for (GuardAtom A : Value) {
        if (A.Is == GuardAtom::Pointer && A.Why == Stale::No &&
            Given[Facts->Reallocates].count(object(A.Owner))) {
          A.Why = Stale::Moved;
          A.Call = Call;
        }
        New.insert(A);
      }
      Value = std::move(New);
    };
    for (auto &[Where, Value] : S.Memory)
      Move(Value);
    for (auto &[E, Value] : S.Pending)
      Move(Value);
  }
  if (!Result.empty() && !isDropped(Call))
    S.Pending[Call] = std::move(Result);
}

void GuardFlow::collect(State &S, const CallExpr *Call,
                        llvm::ArrayRef<GuardValue> Args) {
  const FunctionDecl *Callee = calleeOf(Call, Code.context());
  // Nearly always nothing is at stake.
  std::set<unsigned> Dying;
  auto Look = [&](const GuardValue &Value) {
    for (const GuardAtom &A : Value)
      if (A.Is == GuardAtom::Pointer && A.Why == Stale::No && canDie(A.Owner))
        Dying.insert(A.Owner);
  };
  for (const auto &[Where, Value] : S.Memory)
    Look(Value);
  for (const auto &[E, Value] : S.Pending)
    Look(Value);
  for (const GuardValue &Arg : Args)
    Look(Arg);
  std::erase_if(Dying, [&](unsigned O) { return isHeld(S, O, Call, Args); });
  if (Dying.empty() || Ask.collects(Callee, Call) == Collects::Never)
    return;
  auto Age = [&](GuardAtom A) {
    if (A.Is == GuardAtom::Pointer && A.Why == Stale::No &&
        Dying.count(A.Owner)) {
      A.Why = Stale::Dead;
      A.Call = Call;
    }
    return A;
  };
  for (unsigned I = 0; I < Args.size(); ++I)
    for (const GuardAtom &A : Args[I])
      if (GuardAtom Old = Age(A); Old != A && Callee && Ask.isLate(Callee, I))
        use({Old}, Call);
  auto AgeAll = [&](GuardValue &Value) {
    GuardValue New;
    for (const GuardAtom &A : Value)
      New.insert(Age(A));
    Value = std::move(New);
  };
  for (auto &[Where, Value] : S.Memory)
    AgeAll(Value);
  for (auto &[E, Value] : S.Pending)
    AgeAll(Value);
}

bool GuardFlow::isHeld(const State &S, unsigned Owner, const CallExpr *Call,
                       llvm::ArrayRef<GuardValue> Args) {
  if (S.Kept.count(Owner))
    return true;
  GuardAtom It = object(Owner);
  for (const GuardValue &Arg : Args)
    if (Arg.count(It))
      return true;
  for (const auto &[E, Value] : S.Pending)
    if (Value.count(It))
      return true;
  for (const auto &[Where, Value] : S.Memory) {
    if (!Value.count(It))
      continue;
    const VarDecl *V = Where.first;
    if ((V->getType().isVolatileQualified() || Text.isAddressKnown(V) ||
         InMemory.count(V)) &&
        Text.isInScope(V, Call))
      return true;
    if (isUsedAfter(V, Call))
      return true;
  }
  return false;
}

bool GuardFlow::isUsedAfter(const VarDecl *V, const CallExpr *Call) {
  auto [It, New] = UsedAfter.try_emplace({V, Call});
  if (New)
    It->second = Graph.Live->isUsedAfter(V, Call);
  return It->second;
}

unsigned GuardFlow::ownerOf(const Expr *Made, Guarded::Birth From) {
  auto [It, New] = Known.try_emplace({Made, From}, Owners.size());
  if (New) {
    Owners.push_back({From, Made});
    AllUses.emplace_back();
    Holders.emplace_back();
  }
  return It->second;
}

GuardValue GuardFlow::resultOf(State &S, const CallExpr *Call,
                               const FunctionDecl *Callee,
                               llvm::ArrayRef<GuardValue> Args) {
  if (!Callee)
    return {};
  const FunctionFacts *Facts =
      Code.ownDefinition(Callee) ? nullptr : Code.facts(Callee);
  if (Facts)
    return fromFacts(S, Call, *Facts, Args);
  GuardValue Result;
  bool IsObject = isValueType(Call->getType());
  if (!IsObject && !Call->getType()->isPointerType())
    return Result;
  const GuardSummary *Own = Ask.summary(Callee);
  if (!Own)
    return Result;
  for (const GuardSummary::Result &R : Own->Returns) {
    if (R.Parameter < 0) {
      unsigned O =
          ownerOf(Call, R.Certain ? Guarded::Fresh : Guarded::MaybeFresh);
      S.Kept.erase(O);
      Result.insert(R.Pointer ? pointer(O, Call) : object(O));
    } else if (R.Parameter < static_cast<int>(Args.size())) {
      for (const GuardAtom &A : Args[R.Parameter])
        if (A.Is == GuardAtom::Object && R.Pointer)
          Result.insert(pointer(A.Owner, Call));
        else if (A.Is != GuardAtom::Address)
          Result.insert(A);
    }
  }
  return Result;
}

GuardValue GuardFlow::fromFacts(State &S, const CallExpr *Call,
                                const FunctionFacts &Facts,
                                llvm::ArrayRef<GuardValue> Args) {
  GuardValue Result;
  auto Argument = [&]() -> GuardValue {
    return Facts.ReturnsArg >= 0 &&
                   Facts.ReturnsArg < static_cast<int>(Args.size())
               ? Args[Facts.ReturnsArg]
               : GuardValue();
  };
  auto PointersInto = [&](const GuardValue &Objects) {
    for (const GuardAtom &A : Objects)
      if (A.Is == GuardAtom::Object)
        Result.insert(pointer(A.Owner, Call));
  };
  auto Make = [&](Guarded::Birth From) {
    unsigned O = ownerOf(Call, From);
    S.Kept.erase(O);
    return object(O);
  };
  switch (Facts.Returns) {
  case Result::String:
  case Result::Array:
  case Result::Object:
    if (Facts.Held != Holding::Kept)
      Result.insert(Make(Facts.Held == Holding::MaybeFresh ? Guarded::MaybeFresh
                                                           : Guarded::Fresh));
    break;
  case Result::Argument:
    for (const GuardAtom &A : Argument())
      if (A.Is == GuardAtom::Object)
        Result.insert(A);
    if (Facts.Held == Holding::MaybeFresh || Facts.Held == Holding::Fresh)
      Result.insert(Make(Guarded::MaybeFresh));
    break;
  case Result::Bytes:
  case Result::Data:
  case Result::Slot:
    PointersInto(Argument());
    break;
  case Result::BytesAt:
  case Result::ValueAt:
    // A conversion in place: the variable may hold a new object now.
    for (const GuardAtom &A : Argument()) {
      if (A.Is != GuardAtom::Address || !isValueType(A.Variable->getType()))
        continue;
      GuardValue &Held = S.Memory[{A.Variable, nullptr}];
      if (Facts.MayCollect) {
        GuardAtom New = Make(Guarded::MaybeFresh);
        Held.insert(New);
        Holders[New.Owner].insert(A.Variable);
      }
      if (Facts.Returns == Result::BytesAt)
        PointersInto(Held);
      else
        for (const GuardAtom &Inner : Held)
          if (Inner.Is == GuardAtom::Object)
            Result.insert(Inner);
    }
    break;
  case Result::Unknown:
    if (isValueType(Call->getType())) {
      if (Facts.Held == Holding::Fresh)
        Result.insert(Make(Guarded::Fresh));
      else if (Facts.Held == Holding::MaybeFresh)
        Result.insert(Make(Guarded::MaybeFresh));
    }
    break;
  default:
    break;
  }
  return Result;
}

void GuardFlow::returned(const State &S, const GuardValue &V) {
  for (const GuardAtom &A : V) {
    if (A.Is == GuardAtom::Address || S.Kept.count(A.Owner))
      continue;
    const Guarded &O = Owners[A.Owner];
    GuardSummary::Result R;
    R.Pointer = A.Is == GuardAtom::Pointer;
    if (O.From == Guarded::Given || O.From == Guarded::Behind)
      R.Parameter = O.Parameter;
    else
      R.Certain = O.From == Guarded::Fresh;
    Summary.Returns.insert(R);
  }
}
