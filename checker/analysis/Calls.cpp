//===- Calls.cpp - Evaluating calls ---------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Interpreter.h"

using namespace clang;
using namespace gvlsan;

Value Interpreter::evaluateCall(Frame &F, State &S, const CallExpr &E) {
  llvm::SmallVector<const Expr *, 8> ArgExprs;
  llvm::SmallVector<Value, 8> Args;
  for (const Expr *Arg : E.arguments()) {
    ArgExprs.push_back(Arg);
    Args.push_back(valueOf(F, S, Arg));
  }
  Value This;
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&E)) {
    const Expr *Object = Member->getImplicitObjectArgument();
    if (Object)
      This = valueOf(F, S, Object);
    // A lambda that becomes a plain function pointer.
    if (isa_and_nonnull<CXXConversionDecl>(Member->getMethodDecl()))
      if (const CXXRecordDecl *Class = Member->getRecordDecl())
        if (Class->isLambda() && Class->getLambdaCallOperator())
          return Atom{AtomKind::Function, 0,
                      Table.function(Class->getLambdaCallOperator())};
  } else if (isa<CXXOperatorCallExpr>(E)) {
    const auto *Method = dyn_cast_or_null<CXXMethodDecl>(E.getDirectCallee());
    if (Method && !Method->isStatic() && !Args.empty()) {
      This = Args.front();
      Args.erase(Args.begin());
      ArgExprs.erase(ArgExprs.begin());
    }
  }

  llvm::SmallVector<const FunctionDecl *, 2> Targets;
  if (const FunctionDecl *Direct = E.getDirectCallee()) {
    Targets.push_back(Direct);
  } else {
    for (const Atom &A : valueOf(F, S, E.getCallee()))
      if (A.Kind == AtomKind::Function)
        Targets.push_back(Table.function(A.Id));
  }

  Value Result;
  State Before = S;
  bool First = true;
  for (const FunctionDecl *Target : Targets) {
    State After = Before;
    Result.join(callFunction(F, After, Target, E, ArgExprs, Args, This));
    if (First)
      S = std::move(After);
    else
      join(S, After);
    First = false;
  }
  if (Targets.empty()) {
    if (isReleased(S) && !E.getDirectCallee())
      noteCallback(valueOf(F, S, E.getCallee()),
                   Args.empty() ? Value() : Args[0]);
    Result.join(callUnknown(F, S, nullptr, E, ArgExprs, Args));
    if (isReleased(S) && SeenUnresolved.insert({&E, nullptr}).second)
      ++Out.Stats.Unresolved["a call in a region through a pointer whose "
                             "functions are not known"];
  }
  return Result;
}

Value Interpreter::evaluateConstruct(Frame &F, State &S,
                                     const CXXConstructExpr &E) {
  llvm::SmallVector<const Expr *, 8> ArgExprs;
  llvm::SmallVector<Value, 8> Args;
  for (const Expr *Arg : E.arguments()) {
    ArgExprs.push_back(Arg);
    Args.push_back(valueOf(F, S, Arg));
  }
  const CXXConstructorDecl *Constructor = E.getConstructor();
  PlaceId P = Table.temporary(&E);
  forget(S, P);
  if (Constructor->isCopyOrMoveConstructor() && Constructor->isTrivial() &&
      Args.size() == 1) {
    for (const Atom &A : Args[0])
      if (A.Kind == AtomKind::Address)
        copyAggregate(S, A.Id, P);
    return Args[0].single() ? Args[0] : Value::address(P);
  }
  if (Code.ownDefinition(Constructor) || !contractOf(Constructor).isEmpty())
    callFunction(F, S, Constructor, E, ArgExprs, Args, Value::address(P));
  return Value::address(P);
}

PlaceId Interpreter::variadicPart(const FunctionDecl *F) {
  if (!F->isVariadic() || F->getNumParams() == 0)
    return 0;
  return Table.element(Table.variable(F->getParamDecl(F->getNumParams() - 1)),
                       -1);
}

PlaceId Interpreter::variadicList(const Atom &List) {
  PlaceId P = List.Id;
  if (Table[P].Kind == PlaceKind::Element)
    P = Table[P].Parent;
  return Table.element(P, -1);
}

Value Interpreter::callFunction(Frame &F, State &S, const FunctionDecl *Callee,
                                const Expr &Site,
                                llvm::ArrayRef<const Expr *> ArgExprs,
                                llvm::ArrayRef<Value> Args, Value This) {
  if (Callee->getBuiltinID() == Builtin::BI__builtin_va_start &&
      !Args.empty()) {
    if (PlaceId Part = variadicPart(F.Function))
      for (const Atom &A : Args[0])
        if (A.Kind == AtomKind::Address)
          S.Memory[variadicList(A)] = loadPlace(S, Part);
    return {};
  }
  if (Contract Said = contractOf(Callee); !Said.isEmpty()) {
    Lock Before = S.Gvl;
    S.Gvl = obey(F, S, Said, *Callee, Site);
    Value Result;
    if (!Said.isPrimitive())
      Result = callBody(F, S, Callee, Site, ArgExprs, Args, std::move(This));
    S.Gvl = Before;
    settle(S, Said);
    return Result;
  }
  return callBody(F, S, Callee, Site, ArgExprs, Args, std::move(This));
}

Value Interpreter::callBody(Frame &F, State &S, const FunctionDecl *Callee,
                            const Expr &Site,
                            llvm::ArrayRef<const Expr *> ArgExprs,
                            llvm::ArrayRef<Value> Args, Value This) {
  const FunctionFacts *Facts = Code.facts(Callee);
  // What a user says of a function stands over its body.
  if (Facts && Facts->ByUser)
    return callKnown(F, S, *Facts, Site, ArgExprs, Args);
  if (const FunctionDecl *Own = Code.ownDefinition(Callee)) {
    Outcome Result = enter(F, S, Own, &Site, Args, Entry::Call, S.Gvl, nullptr,
                           std::move(This));
    return Result.Returned;
  }
  if (Facts)
    return callKnown(F, S, *Facts, Site, ArgExprs, Args);
  return callUnknown(F, S, Callee, Site, ArgExprs, Args);
}

/// Marks what memory at \p V leads to as known to code out of sight, and, when
/// \p MayChange, as possibly changed by it.
void Interpreter::escape(State &S, const Value &V, bool MayChange,
                         const Expr *By, QualType Pointer) {
  llvm::SmallVector<PlaceId, 8> Work;
  std::set<PlaceId> Seen;
  for (const Atom &A : V)
    if (A.Kind == AtomKind::Address)
      Work.push_back(A.Id);
  bool Outermost = true;
  while (!Work.empty()) {
    PlaceId P = Work.pop_back_val();
    if (!Seen.insert(P).second)
      continue;
    PlaceId Root = Table[P].Root;
    if (Table[Root].Kind == PlaceKind::Variable)
      S.Escaped.insert(Root);
    PlaceId Part = P;
    // A pointer to the first element reaches all of them.
    if (Table[P].Kind == PlaceKind::Element)
      Part = Table[P].Parent;
    std::vector<PlaceId> Changed;
    for (const auto &[Other, Stored] : S.Memory) {
      if (!Table.isWithin(Other, Part))
        continue;
      for (const Atom &A : Stored)
        if (A.Kind == AtomKind::Address)
          Work.push_back(A.Id);
      Changed.push_back(Other);
    }
    if (MayChange && Outermost) {
      if (Changed.empty() && !Table[P].Type.isNull() &&
          !Table[P].Type->isRecordType())
        Changed.push_back(P);
      for (PlaceId Other : Changed) {
        Value &Stored = S.Memory[Other];
        if (isValueType(Table[Other].Type))
          Stored.add({AtomKind::Object, 0,
                      Table.made(Origin::Returned, ObjectKind::Unknown, By,
                                 nullptr, Other)});
        else
          Stored.add({});
      }
    }
    Outermost = false;
  }
}

Value Interpreter::callUnknown(Frame &F, State &S, const FunctionDecl *Callee,
                               const Expr &Site,
                               llvm::ArrayRef<const Expr *> ArgExprs,
                               llvm::ArrayRef<Value> Args) {
  std::string Name = Callee ? Callee->getNameAsString() : "a function pointer";
  bool Builtin = Callee && Callee->getBuiltinID();
  if (Callee && Opts.Others && !isReleased(S))
    applySummary(F, S, Callee, Site, ArgExprs, Args);
  if (Callee && !Builtin && isReleased(S))
    noteReleasedCall(F, S, Callee, Site);
  for (unsigned I = 0; I < Args.size(); ++I) {
    QualType Type = ArgExprs[I]->getType();
    QualType Pointee = Type->getPointeeType();
    bool MayChange = !Pointee.isNull() && !Pointee.isConstQualified();
    if (!Builtin)
      judgeAccess(F, S, Args[I], ArgExprs[I],
                  {MayChange ? Touch::Unknown : Touch::Read, Name,
                   /*Kernel=*/false, /*Certain=*/false});
    if (!Builtin)
      escape(S, Args[I], MayChange, &Site, Type);
  }
  QualType Type = Site.getType();
  if (isValueType(Type))
    return Value::object(
        Table.made(Origin::Returned, ObjectKind::Unknown, &Site, F.Site));
  if (Type->isRecordType())
    return Value::address(Table.temporary(&Site));
  return Value::unknown();
}

Value Interpreter::runCallback(Frame &F, State &S, const FunctionFacts &Facts,
                               const Callback &C, const Expr &Site,
                               llvm::ArrayRef<const Expr *> ArgExprs,
                               llvm::ArrayRef<Value> Args) {
  if (C.Function >= static_cast<int>(Args.size()))
    return {};
  Value Functions = Args[C.Function];
  if (!C.Fields.empty()) {
    // A field of the struct, or of an anonymous union in it.
    Value Found;
    for (const Atom &A : Functions)
      if (A.Kind == AtomKind::Address)
        for (const auto &[P, V] : S.Memory)
          if (Table.isWithin(P, A.Id) && Table[P].Kind == PlaceKind::Field &&
              llvm::is_contained(
                  C.Fields,
                  static_cast<const FieldDecl *>(Table[P].Key)->getName()))
            Found.join(V);
    Functions = Found;
  }
  llvm::SmallVector<Value, 2> Data;
  for (int I : C.Data)
    Data.push_back(I < static_cast<int>(Args.size()) ? Args[I] : Value());

  Lock Gvl = C.Under == CallbackState::Same     ? S.Gvl
             : C.Under == CallbackState::Held   ? Lock::Held
             : C.Under == CallbackState::Either ? Lock::Either
                                                : Lock::Released;
  bool Region = C.isRegion();
  for (const Value &V : Data)
    escape(S, V, false, &Site, {});

  Value Result;
  State Before = S;
  bool First = true;
  std::set<Access> Used;
  auto Take = [&](State After) {
    if (First)
      S = std::move(After);
    else
      join(S, After);
    First = false;
  };
  auto Unresolved = [&](const char *Why) {
    if (C.Under != CallbackState::Same &&
        SeenUnresolved.insert({&Site, nullptr}).second)
      ++Out.Stats.Unresolved[Why];
    State After = Before;
    for (const Value &V : Data)
      escape(After, V, true, &Site, {});
    Take(std::move(After));
  };
  for (const Atom &A : Functions) {
    if (A.Kind == AtomKind::Int)
      continue;
    if (A.Kind != AtomKind::Function) {
      if (Region)
        noteCallback(Functions, Data.empty() ? Value() : Data[0]);
      Unresolved("the callback is not a known function");
      continue;
    }
    const FunctionDecl *Target = Table.function(A.Id);
    if (Region && SeenRegions.insert({&Site, Target}).second)
      ++Out.Stats.Regions;
    if (const FunctionDecl *Own = Code.ownDefinition(Target)) {
      State After = Before;
      llvm::SmallVector<Value, 4> Arguments(Data.begin(), Data.end());
      Outcome Run =
          enter(F, After, Own, &Site, Arguments, Entry::Callback, Gvl, &C);
      Result.join(Run.Returned);
      if (Region)
        Used.insert(Run.Accesses.begin(), Run.Accesses.end());
      if (C.leavesLock())
        ++Out.Stats.CallbacksResolved;
      Take(std::move(After));
      continue;
    }
    // A library's own function, run on the data: it follows what it is given.
    if (C.leavesLock()) {
      State After = Before;
      After.Gvl = Gvl;
      Frame Inner;
      Inner.Function = F.Function;
      Inner.How = Entry::Callback;
      Inner.Site = &Site;
      Inner.As = C.As;
      Inner.Region = Region;
      Inner.ChangedLock = true;
      Inner.Caller = &F;
      Inner.Code = F.Code;
      Inner.Depth = F.Depth + 1;
      llvm::SmallVector<const Expr *, 2> DataExprs;
      for (int I : C.Data)
        DataExprs.push_back(ArgExprs[I]);
      Result.join(
          callFunction(Inner, After, Target, Site, DataExprs, Data, {}));
      After.Gvl = Before.Gvl;
      if (Region)
        Used.insert(Inner.Accesses.begin(), Inner.Accesses.end());
      ++Out.Stats.CallbacksResolved;
      Take(std::move(After));
      continue;
    }
    Unresolved("the callback is defined in another file");
  }
  if (Functions.empty() && Region)
    Unresolved("the callback is not a known function");
  if (Region)
    judgeOwners(F, S, Site, Used);
  return Result;
}

Value Interpreter::callKnown(Frame &F, State &S, const FunctionFacts &Facts,
                             const Expr &Site,
                             llvm::ArrayRef<const Expr *> ArgExprs,
                             llvm::ArrayRef<Value> Args) {
  judgeApiCall(F, S, Facts, Site, Args);

  auto Follow = [&](int I, Touch::Direction Way) {
    if (I < static_cast<int>(Args.size()) &&
        (ArgExprs[I]->getType()->isPointerType() || Facts.Kernel))
      judgeAccess(F, S, Args[I], ArgExprs[I], {Way, Facts.Shown, Facts.Kernel});
  };
  for (int I : Facts.Reads)
    Follow(I, Touch::Read);
  for (int I : Facts.Writes)
    Follow(I, Touch::Write);

  llvm::SmallVector<Value, 2> CallbackResults;
  for (const Callback &C : Facts.Calls)
    CallbackResults.push_back(
        runCallback(F, S, Facts, C, Site, ArgExprs, Args));

  // A C function keeps nothing; a function of the API may keep a pointer, and
  // has to see what is behind it.
  for (unsigned I = 0; I < Args.size(); ++I) {
    QualType Pointee = ArgExprs[I]->getType()->getPointeeType();
    if (Pointee.isNull())
      continue;
    bool Reads = Facts.Lock == LockNeed::None;
    if (Facts.FillsArguments && isValueType(Pointee)) {
      for (const Atom &A : Args[I])
        if (A.Kind == AtomKind::Address &&
            Table[Table[A.Id].Root].Kind == PlaceKind::Variable)
          storePlace(
              S, A.Id,
              Value::object(Table.made(Origin::Argument, ObjectKind::Unknown,
                                       &Site, F.Site, A.Id)),
              Args[I].single() != nullptr);
      continue;
    }
    if (!Facts.Calls.empty() || Facts.Returns == Result::ValueAt ||
        Facts.Returns == Result::BytesAt)
      escape(S, Args[I], false, &Site, {});
    else if (!Reads || llvm::is_contained(Facts.Writes, static_cast<int>(I)))
      escape(S, Args[I], !Pointee.isConstQualified(), &Site, {});
  }
  if (Facts.FillsArguments)
    // rb_scan_args in an initialised array of addresses.
    for (const Value &Arg : Args)
      for (const Atom &A : Arg)
        if (A.Kind == AtomKind::Address &&
            Table[A.Id].Kind == PlaceKind::Element)
          for (const auto &[P, V] : std::map<PlaceId, Value>(S.Memory))
            if (Table[P].Kind == PlaceKind::Element &&
                Table[P].Parent == Table[A.Id].Parent)
              for (const Atom &Variable : V)
                if (Variable.Kind == AtomKind::Address &&
                    isValueType(Table[Variable.Id].Type)) {
                  storePlace(S, Variable.Id,
                             Value::object(Table.made(
                                 Origin::Argument, ObjectKind::Unknown, &Site,
                                 F.Site, Variable.Id)),
                             true);
                  S.Escaped.insert(Table[Variable.Id].Root);
                }

  Value Result = resultOf(F, S, Facts, Site, Args, CallbackResults);
  applyEffect(F, S, Facts, Args, Result);
  return Result;
}

int64_t Interpreter::textLength(const Value &V) const {
  const Atom *A = V.single();
  if (!A || A->Kind != AtomKind::Address)
    return -1;
  PlaceId P = A->Id;
  if (Table[P].Kind == PlaceKind::Element && Table[P].Index == 0)
    P = Table[P].Parent;
  const Place &At = Table[P];
  if (At.Kind == PlaceKind::Literal)
    if (const auto *Text =
            dyn_cast<StringLiteral>(static_cast<const Expr *>(At.Key)))
      return Text->getByteLength();
  // A local array that holds a text is at least no longer than itself.
  return -1;
}

Value Interpreter::freshObject(Frame &F, State &S, const FunctionFacts &Facts,
                               const Expr &Site, llvm::ArrayRef<Value> Args) {
  ObjectKind Kind = Facts.Returns == Result::Array    ? ObjectKind::Array
                    : Facts.Returns == Result::Object ? ObjectKind::Other
                                                      : ObjectKind::String;
  OwnerId O = Table.made(Origin::Fresh, Kind, &Site, F.Site);
  ObjectFacts Known;
  Known.Rooted = Facts.Rooted;
  int64_t Size;
  // Without memory to stand on, it is an ordinary string of that size.
  Known.External = Known.Static =
      Facts.Returns == Result::StaticString &&
      !(Facts.Text >= 0 && Facts.Text < static_cast<int>(Args.size()) &&
        Args[Facts.Text].isInteger(Size) && Size == 0);
  if (Facts.Size >= 0 && Facts.Size < static_cast<int>(Args.size()) &&
      Args[Facts.Size].isInteger(Size)) {
    if (Kind == ObjectKind::Array)
      Size *= Context.getTypeSizeInChars(Context.VoidPtrTy).getQuantity();
    Known.MinSize = Known.MaxSize = Size;
  } else if (Facts.Size >= 0 && Facts.Size < static_cast<int>(Args.size())) {
    // As long as another object that is known to be long.
    const Atom *A = Args[Facts.Size].single();
    if (A && A->Kind == AtomKind::Length) {
      ObjectFacts Other = factsOf(S, A->Id);
      Known.MinSize = Other.MinSize;
    } else if (A && A->Kind == AtomKind::Unknown) {
      Known.MinSize = 0;
    }
  } else if (Facts.Text >= 0 && Facts.Text < static_cast<int>(Args.size())) {
    if (int64_t Length = textLength(Args[Facts.Text]); Length >= 0)
      Known.MinSize = Known.MaxSize = Length;
  }
  if (Facts.Like >= 0 && Facts.Like < static_cast<int>(Args.size())) {
    // A copy of a long string is long; of an external one, it shares or copies.
    bool All = !Args[Facts.Like].empty(), First = true;
    for (OwnerId Other : objectsIn(Args[Facts.Like])) {
      ObjectFacts Theirs = factsOf(S, Other);
      Theirs.External = Theirs.Static = false;
      Theirs.Struct = ObjectFacts::NotInSlot;
      Theirs.Frozen = Theirs.Locked = Theirs.Hidden = Theirs.Rooted = false;
      if (First)
        Known = Theirs;
      else
        Known.meet(Theirs);
      First = false;
    }
    if (!All)
      Known = {};
  }
  if (Facts.Type >= 0 && Facts.Type < static_cast<int>(Args.size()) &&
      Known.MinSize < Limits.Never)
    Known.Struct = structPlace(Args[Facts.Type]);
  S.Facts[O] = Known;
  return Value::object(O);
}

decltype(ObjectFacts::Struct)
Interpreter::structPlace(const Value &Type) const {
  auto Result = ObjectFacts::NotInSlot;
  bool First = true;
  for (const Atom &A : Type) {
    auto Here = ObjectFacts::NotInSlot;
    if (A.Kind == AtomKind::Address &&
        Table[A.Id].Kind == PlaceKind::Variable) {
      const auto *V = static_cast<const VarDecl *>(Table[A.Id].Key);
      if (Code.isEmbeddable(V))
        Here = Code.isMadeEmbedded(V)     ? ObjectFacts::InSlot
               : V->isExternallyVisible() ? ObjectFacts::MaybeInSlot
                                          : ObjectFacts::NotInSlot;
    }
    if (!First && Here != Result)
      return ObjectFacts::MaybeInSlot;
    Result = Here;
    First = false;
  }
  return Result;
}

Value Interpreter::resultOf(Frame &F, State &S, const FunctionFacts &Facts,
                            const Expr &Site, llvm::ArrayRef<Value> Args,
                            llvm::ArrayRef<Value> CallbackResults) {
  auto Arg = [&](int I) {
    return I >= 0 && I < static_cast<int>(Args.size()) ? Args[I] : Value();
  };
  auto Map = [&](const Value &V, AtomKind To, uint32_t Via) {
    Value Result;
    // Taking a pointer without the lock is reported where it is taken.
    bool Reported = To == AtomKind::Bytes && isReleased(S);
    for (const Atom &A : V)
      if ((A.Kind == AtomKind::Object || A.Kind == AtomKind::Slot) && !Reported)
        Result.add({To, Via, A.Id});
      else
        Result.add({});
    if (To == AtomKind::Bytes && SeenBorrows.insert(&Site).second)
      ++Out.Stats.Borrows;
    return Result;
  };
  switch (Facts.Returns) {
  case Result::String:
  case Result::StaticString:
  case Result::Array:
  case Result::Object:
    return freshObject(F, S, Facts, Site, Args);
  case Result::Bytes:
    return Map(Arg(Facts.ReturnsArg), AtomKind::Bytes, Table.expr(&Site));
  case Result::BytesAt:
    return Map(valueBehind(F, S, Arg(Facts.ReturnsArg)), AtomKind::Bytes,
               Table.expr(&Site));
  case Result::ValueAt:
    return valueBehind(F, S, Arg(Facts.ReturnsArg));
  case Result::Length:
    return Map(Arg(Facts.ReturnsArg), AtomKind::Length, 0);
  case Result::Slot:
    return Map(Arg(Facts.ReturnsArg), AtomKind::Slot, 0);
  case Result::Data: {
    Value Result;
    auto Lives = structPlace(Arg(Facts.Type));
    for (const Atom &A : Arg(Facts.ReturnsArg))
      if (A.Kind == AtomKind::Object) {
        Result.add({AtomKind::Address, 0, Table.data(A.Id)});
        if (Lives != ObjectFacts::NotInSlot)
          S.Facts.try_emplace(A.Id, factsOf(S, A.Id)).first->second.Struct =
              Lives;
      } else {
        Result.add({});
      }
    if (SeenBorrows.insert(&Site).second)
      ++Out.Stats.Borrows;
    return Result;
  }
  case Result::Element: {
    Value Result;
    for (const Atom &A : Arg(Facts.ReturnsArg)) {
      OwnerId Keeper = A.Kind == AtomKind::Object ? A.Id : 0;
      OwnerId O = Table.made(Origin::Element, ObjectKind::Unknown, &Site,
                             F.Site, Keeper);
      if (Facts.Rooted)
        S.Facts[O].Rooted = true;
      Result.add({AtomKind::Object, 0, O});
    }
    return Result;
  }
  case Result::Argument:
    return Arg(Facts.ReturnsArg);
  case Result::Callback:
    return Facts.ReturnsArg >= 0 &&
                   Facts.ReturnsArg < static_cast<int>(CallbackResults.size())
               ? CallbackResults[Facts.ReturnsArg]
               : Value::unknown();
  case Result::Heap:
  case Result::ZeroHeap: {
    PlaceId P = Table.heap(&Site, F.Site);
    forget(S, P);
    return Value::address(P);
  }
  case Result::Stack:
    return Value::address(Table.temporary(&Site));
  case Result::LockState:
    return Atom{AtomKind::LockState, 0, 0};
  case Result::Flags: {
    int64_t Mask;
    Value Of = Arg(Facts.ReturnsArg);
    const Atom *A = Of.single();
    if (A && A->Kind == AtomKind::Object && Arg(1).isInteger(Mask) &&
        Mask == Model.slotFields().EmbedFlag)
      return Atom{AtomKind::EmbedFlag, 0, A->Id};
    return Value::unknown();
  }
  case Result::Unknown:
    break;
  }
  if (isValueType(Site.getType()))
    return Value::object(
        Table.made(Origin::Returned, ObjectKind::Unknown, &Site, F.Site));
  if (Site.getType()->isRecordType())
    return Value::address(Table.temporary(&Site));
  return Value::unknown();
}

void Interpreter::applyEffect(Frame &F, State &S, const FunctionFacts &Facts,
                              llvm::ArrayRef<Value> Args, const Value &Result) {
  if (Facts.Does == Effect::None || Facts.Does == Effect::Registers ||
      Facts.Does == Effect::MarksMovable)
    return;
  Value On = Facts.DoesTo < 0                               ? Result
             : Facts.DoesTo < static_cast<int>(Args.size()) ? Args[Facts.DoesTo]
                                                            : Value();
  int64_t Size = -1;
  if (Facts.Size >= 0 && Facts.Size < static_cast<int>(Args.size()))
    Args[Facts.Size].isInteger(Size);
  bool Certain = On.single() != nullptr;
  for (OwnerId O : objectsIn(On)) {
    ObjectFacts Known = factsOf(S, O);
    switch (Facts.Does) {
    case Effect::Freezes:
      Known.Frozen |= Certain;
      break;
    case Effect::Hides:
      Known.Hidden |= Certain;
      break;
    case Effect::Locks:
      Known.Locked |= Certain;
      break;
    case Effect::Unlocks:
      Known.Locked = false;
      break;
    case Effect::Roots:
      Known.Rooted |= Certain;
      break;
    case Effect::Resizes:
      Known.External = Known.Static = false;
      Known.MinSize = Certain && Size >= 0 ? Size : 0;
      Known.MaxSize = INT64_MAX;
      break;
    case Effect::Grows:
      if (Certain && Size >= 0)
        Known.MinSize = std::max(Known.MinSize, Size);
      Known.MaxSize = INT64_MAX;
      break;
    case Effect::None:
    case Effect::Registers:
    case Effect::MarksMovable:
      break;
    }
    S.Facts[O] = Known;
  }
}
