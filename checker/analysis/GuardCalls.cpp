//===- GuardCalls.cpp - Calls in the flow of objects
//------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/GuardFlow.h"
#include "analysis/Places.h"

#include "clang/AST/ExprCXX.h"

using namespace clang;
using namespace gvlsan;

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
          if (Where.isIn(A) && Where.Field)
            use(Value, Call);
    // Ruby's functions take the objects out; what frees the memory does not.
    if (!Facts || Facts->Lock == LockNeed::Needs)
      if (!Facts || Facts->collects() != Collects::Never)
        useHeap(S, Arg, Call);
  }

  collect(S, Call, Given);
  for (unsigned I = 0; I < Given.size(); ++I)
    if (!Given[I].empty() && (!Callee || Ask.keeps(Callee, I)))
      keep(S, Given[I]);
    else if (!Facts || Facts->isEarly(static_cast<int>(I)))
      // Own functions may put memory where it is marked; so does what wraps it.
      for (const GuardAtom &A : Given[I])
        if (A.Is == GuardAtom::Address && A.Heap)
          keep(S, {A});

  GuardValue Result = resultOf(S, Call, Callee, Given);
  // What was handed over by address may be another pointer now.
  for (const GuardValue &Arg : Given)
    for (const GuardAtom &A : Arg)
      if (A.Is == GuardAtom::Address)
        for (auto &[Where, Value] : S.Memory)
          if (Where.isIn(A))
            std::erase_if(Value, [](const GuardAtom &Held) {
              return Held.Is == GuardAtom::Pointer;
            });
  if (Facts && Facts->Reallocates >= 0 &&
      Facts->Reallocates < static_cast<int>(Given.size())) {
    // What is appended to has memory of its own from then on.
    for (const GuardAtom &A : Given[Facts->Reallocates])
      if (A.Is == GuardAtom::Object)
        Owners[A.Owner].StaticBytes = false;
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

/// Whether argument \p I is an array of which no element is read (argc before
/// argv), or bytes of which there are none (a length behind them).
static bool isOfNothing(const CallExpr *Call, unsigned I,
                        const ASTContext &Context) {
  auto IsZero = [&](unsigned N) {
    Expr::EvalResult Count;
    return !Call->getArg(N)->isValueDependent() &&
           Call->getArg(N)->EvaluateAsInt(Count, Context) &&
           Count.Val.getInt() == 0;
  };
  QualType Pointee = Call->getArg(I)->getType()->getPointeeType();
  if (I > 0 && !Pointee.isNull() && isValueType(Pointee))
    return Call->getArg(I - 1)->getType()->isIntegerType() && IsZero(I - 1);
  // Flags are no longer than an int.
  return I + 1 < Call->getNumArgs() &&
         Call->getArg(I + 1)->getType()->isIntegerType() &&
         Context.getTypeSize(Call->getArg(I + 1)->getType()) >
             Context.getTypeSize(Context.IntTy) &&
         IsZero(I + 1);
}

void GuardFlow::collect(State &S, const CallExpr *Call,
                        llvm::ArrayRef<GuardValue> Args) {
  const FunctionDecl *Callee = calleeOf(Call, Code.context());
  // Nearly always nothing is at stake.
  auto LevelOf = [&](const Expr *Site) {
    const auto *C = cast<CallExpr>(Site);
    return Ask.collects(calleeOf(C, Code.context()), C);
  };
  // A call that seldom collects gives way to one that often does.
  auto CanAge = [&](const GuardAtom &A) {
    return canDie(A.Owner) &&
           (A.Why == Stale::No ||
            (A.Why == Stale::Dead && LevelOf(A.Call) == Collects::Seldom));
  };
  std::set<unsigned> Dying;
  auto Look = [&](const GuardValue &Value, GuardAtom::Kind Kind) {
    for (const GuardAtom &A : Value)
      if (A.Is == Kind && CanAge(A))
        Dying.insert(A.Owner);
  };
  for (const auto &[Where, Value] : S.Memory) {
    Look(Value, GuardAtom::Pointer);
    if (Where.Heap)
      Look(Value, GuardAtom::Object);
  }
  for (const auto &[E, Value] : S.Pending)
    Look(Value, GuardAtom::Pointer);
  for (const GuardValue &Arg : Args)
    Look(Arg, GuardAtom::Pointer);
  std::erase_if(Dying, [&](unsigned O) { return isHeld(S, O, Call, Args); });
  if (Dying.empty())
    return;
  Collects Level = Ask.collects(Callee, Call);
  if (Level == Collects::Never)
    return;
  auto AgeAs = [&](GuardAtom A, GuardAtom::Kind Kind) {
    if (A.Is == Kind && Dying.count(A.Owner) && CanAge(A) &&
        (A.Why == Stale::No || Level == Collects::Often)) {
      A.Why = Stale::Dead;
      A.Call = Call;
    }
    return A;
  };
  auto Age = [&](const GuardAtom &A) { return AgeAs(A, GuardAtom::Pointer); };
  for (unsigned I = 0; I < Args.size(); ++I)
    for (const GuardAtom &A : Args[I])
      if (GuardAtom Old = Age(A); Old != A && Callee && Ask.isLate(Callee, I) &&
                                  !isOfNothing(Call, I, Code.context()))
        use({Old}, Call);
  auto AgeAll = [&](GuardValue &Value) {
    GuardValue New;
    for (const GuardAtom &A : Value)
      New.insert(Age(A));
    Value = std::move(New);
  };
  for (auto &[Where, Value] : S.Memory) {
    AgeAll(Value);
    if (!Where.Heap)
      continue;
    GuardValue New;
    for (const GuardAtom &A : Value)
      New.insert(AgeAs(A, GuardAtom::Object));
    Value = std::move(New);
  }
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
    const VarDecl *V = Where.Variable;
    // The collector does not look into C memory.
    if (!V)
      continue;
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
  bool OnlyNew = llvm::all_of(Own->Returns, [](const GuardSummary::Result &R) {
    return R.Parameter < 0;
  });
  for (const GuardSummary::Result &R : Own->Returns) {
    if (R.Parameter < 0) {
      unsigned O = ownerOf(Call, R.Certain && OnlyNew ? Guarded::Fresh
                                                      : Guarded::MaybeFresh);
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

bool GuardFlow::isTypeTested(const VarDecl *V) const {
  // What looks into the slot and hands nothing of it out: a test of the type,
  // by which what has to be converted is turned away.
  for (const DeclRefExpr *Ref : Text.mentions(V)) {
    const Stmt *Up = Text.parent(Ref);
    while (isa_and_nonnull<CastExpr, ParenExpr>(Up))
      Up = Text.parent(Up);
    const auto *Call = dyn_cast_or_null<CallExpr>(Up);
    const FunctionDecl *Callee =
        Call ? calleeOf(Call, Code.context()) : nullptr;
    if (!Callee || Code.ownDefinition(Callee))
      continue;
    const FunctionFacts *Facts = Code.facts(Callee);
    QualType T = Call->getType();
    if (Facts && Facts->Returns == Result::Unknown &&
        (Facts->Lock == LockNeed::Accessor || Facts->Lock == LockNeed::Needs) &&
        Facts->collects() == Collects::Never && !isValueType(T) &&
        !T->isPointerType() && Call->getArg(0)->IgnoreParenCasts() == Ref)
      return true;
  }
  return false;
}

GuardValue GuardFlow::pointersInto(const GuardValue &Objects, const Expr *At) {
  GuardValue Result;
  for (const GuardAtom &A : Objects)
    if (A.Is == GuardAtom::Object && !Owners[A.Owner].StaticBytes)
      Result.insert(pointer(A.Owner, At));
  return Result;
}

bool GuardFlow::isElement(const VarDecl *V) const {
  const auto *Call = dyn_cast_or_null<CallExpr>(
      V->getInit() ? V->getInit()->IgnoreParenCasts() : nullptr);
  const FunctionDecl *Callee = Call ? calleeOf(Call, Code.context()) : nullptr;
  const FunctionFacts *Facts = Callee ? Code.facts(Callee) : nullptr;
  return Facts && Facts->Returns == Result::Element;
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
  auto Make = [&](Guarded::Birth From) {
    unsigned O = ownerOf(Call, From);
    S.Kept.erase(O);
    return object(O);
  };
  switch (Facts.Returns) {
  case Result::String:
  case Result::Array:
  case Result::Object:
    if (Facts.Held != Holding::Kept) {
      GuardAtom Made =
          Make(Facts.Held == Holding::MaybeFresh ? Guarded::MaybeFresh
                                                 : Guarded::Fresh);
      Owners[Made.Owner].IsString = Facts.Returns == Result::String;
      Result.insert(Made);
    }
    break;
  case Result::StaticString: {
    GuardAtom Made = Make(Guarded::Fresh);
    // Without text, room for it is made.
    bool HasText =
        Facts.Text < 0 || Facts.Text >= static_cast<int>(Call->getNumArgs()) ||
        !Call->getArg(Facts.Text)
             ->isNullPointerConstant(Code.context(),
                                     Expr::NPC_ValueDependentIsNotNull);
    Owners[Made.Owner].StaticBytes = HasText;
    Owners[Made.Owner].IsString = true;
    Result.insert(Made);
    break;
  }
  case Result::Argument:
  case Result::Converted:
    for (const GuardAtom &A : Argument())
      if (A.Is == GuardAtom::Object)
        Result.insert(A);
    if (Facts.Returns == Result::Converted ||
        Facts.Held == Holding::MaybeFresh || Facts.Held == Holding::Fresh)
      Result.insert(Make(Guarded::MaybeFresh));
    break;
  case Result::Bytes:
  case Result::Data:
  case Result::Slot:
    Result = pointersInto(Argument(), Call);
    break;
  case Result::Heap:
  case Result::ZeroHeap: {
    if (Facts.Rooted)
      break;
    GuardAtom A;
    A.Is = GuardAtom::Address;
    A.Heap = Call;
    Result.insert(A);
    // What was moved here by a reallocation is no longer followed.
    S.KnownHeap.erase(Call);
    for (const GuardValue &Arg : Args)
      keep(S, Arg);
    break;
  }
  case Result::BytesAt:
  case Result::ValueAt:
    // A conversion in place: the variable may hold a new object now.
    for (const GuardAtom &A : Argument()) {
      if (A.Is != GuardAtom::Address || !A.Variable ||
          !isValueType(A.Variable->getType()))
        continue;
      GuardValue &Held = S.Memory[{A.Variable, nullptr}];
      // What is a String stays what it is. So, as a rule, does what another
      // object keeps.
      bool IsConverted = Held.empty()
                             ? !isElement(A.Variable)
                             : llvm::any_of(Held, [&](const GuardAtom &Inner) {
                                 return Inner.Is != GuardAtom::Object ||
                                        !Owners[Inner.Owner].IsString;
                               });
      if (Facts.MayCollect && IsConverted && !isTypeTested(A.Variable)) {
        GuardAtom New = Make(Guarded::MaybeFresh);
        Held.insert(New);
        Holders[New.Owner].insert(A.Variable);
      }
      if (Facts.Returns == Result::BytesAt)
        Result.merge(pointersInto(Held, Call));
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
      R.Parameter = static_cast<int>(O.Parameter);
    else
      R.Certain = O.From == Guarded::Fresh;
    Summary.Returns.insert(R);
  }
}
