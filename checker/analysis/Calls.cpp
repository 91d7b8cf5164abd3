//===- Calls.cpp - Evaluating calls ---------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Interpreter.h"
#include "analysis/LockFlags.h"
#include "analysis/PointerFlow.h"
#include "analysis/SourceText.h"

#include "clang/Basic/SourceManager.h"

using namespace clang;
using namespace gvlsan;

/// The function that runs when an object of type \p Type is called.
static const CXXMethodDecl *callOperator(QualType Type) {
  if (Type.isNull())
    return nullptr;
  const CXXRecordDecl *Class = Type.getNonReferenceType()->getAsCXXRecordDecl();
  if (!Class || !Class->hasDefinition())
    return nullptr;
  if (Class->isLambda())
    return Class->getLambdaCallOperator();
  for (const CXXMethodDecl *Method : Class->methods())
    if (Method->getOverloadedOperator() == OO_Call)
      return Method;
  return nullptr;
}

llvm::SmallVector<Interpreter::Target, 2>
Interpreter::targetsOf(State &S, const Value &V) {
  llvm::SmallVector<Target, 2> Targets;
  for (const Atom &A : V) {
    if (A.Kind == AtomKind::Function) {
      Targets.push_back({Table.function(A.Id), {}});
    } else if (A.Kind == AtomKind::Address) {
      // What a std::function was made of.
      if (const Value *Kept = stored(S, Table.kept(A.Id))) {
        Value Copy = *Kept;
        Targets.append(targetsOf(S, Copy));
      } else if (const CXXMethodDecl *Call = callOperator(Table[A.Id].Type)) {
        Targets.push_back({Call, Value(A)});
      }
    }
  }
  return Targets;
}

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

  llvm::SmallVector<Target, 2> Targets;
  const FunctionDecl *Direct = E.getDirectCallee();
  if (const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Direct);
      Method && Method->getOverloadedOperator() == OO_Call && hasName(Method) &&
      Model.isWrapper(Method->getParent()->getQualifiedNameAsString()))
    Targets = targetsOf(S, This);
  if (Targets.empty() && Direct)
    Targets.push_back({Direct, This});
  else if (!Direct)
    Targets = targetsOf(S, valueOf(F, S, E.getCallee()));

  // The function's own flag tells that the lock is held here.
  Lock Presumed = S.Gvl;
  if (isReleased(S) && Opts.Profile != Strict && isChosenByLock(F, E))
    S.Gvl = Lock::Held;
  if (isReleased(S) && !Direct)
    notePointerCall(F, S.Gvl, *E.getCallee(), valueOf(F, S, E.getCallee()), E);
  Value Result;
  State Before = S;
  bool First = true;
  for (const Target &T : Targets) {
    State After = Before;
    Result.join(callFunction(F, After, T.Function, E, ArgExprs, Args, T.This));
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
  if (S.Gvl == Lock::Held && Before.Gvl == Lock::Held)
    S.Gvl = Presumed;
  return Result;
}

bool Interpreter::isChosenByLock(const Frame &F, const CallExpr &E) {
  if (!F.Code || !Code.ownDefinition(F.Function))
    return false;
  auto [It, New] = ChosenByLock.try_emplace(F.Function);
  if (New)
    It->second =
        callsChosenByLock(Code, Code.ownDefinition(F.Function)).WithLock;
  return It->second.contains(&E);
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
  if (hasName(Constructor) &&
      Model.isWrapper(Constructor->getParent()->getQualifiedNameAsString())) {
    Value Kept;
    for (const Value &Arg : Args)
      for (const Atom &A : Arg) {
        // A copy keeps what its original does.
        const Value *Inner =
            A.Kind == AtomKind::Address ? stored(S, Table.kept(A.Id)) : nullptr;
        if (Inner)
          Kept.join(*Inner);
        else
          Kept.add(A);
      }
    assign(S, Table.kept(P), Kept);
    return Value::address(P);
  }
  if (const FunctionFacts *Facts = Code.facts(Constructor))
    callKnown(F, S, *Facts, E, ArgExprs, Args);
  else if (Code.ownDefinition(Constructor) ||
           !contractOf(Constructor).isEmpty())
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
          assign(S, variadicList(A), loadPlace(S, Part));
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
  // Of the standard library's templates the model knows more than their bodies
  // tell.
  const FunctionDecl *Own = Code.ownDefinition(Callee);
  if (Facts &&
      Context.getSourceManager().isInSystemHeader(Callee->getLocation()))
    Own = nullptr;
  if (Own) {
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
      S.Escaped.put({Root});
    PlaceId Part = P;
    // A pointer to the first element reaches all of them.
    if (Table[P].Kind == PlaceKind::Element)
      Part = Table[P].Parent;
    std::vector<PlaceId> Changed;
    for (const auto &[Near, Other, Holds] : cellsNear(S, Part)) {
      if (!Table.isWithin(Other, Part))
        continue;
      for (const Atom &A : *Holds)
        if (A.Kind == AtomKind::Address)
          Work.push_back(A.Id);
      Changed.push_back(Other);
    }
    if (MayChange && Outermost) {
      if (Changed.empty() && !Table[P].Type.isNull() &&
          !Table[P].Type->isRecordType())
        Changed.push_back(P);
      for (PlaceId Other : Changed) {
        const Value *Before = stored(S, Other);
        Value After = Before ? *Before : Value();
        if (isValueType(Table[Other].Type))
          After.add({AtomKind::Object, 0,
                     Table.made(Origin::Returned, ObjectKind::Unknown, By,
                                nullptr, Other)});
        else
          After.add({});
        assign(S, Other, After);
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
  if (Callee && !Builtin && isReleased(S)) {
    noteReleasedCall(F, S, Callee, Site);
    noteLibraryCall(F, S, Callee, Site);
  }
  if (!Builtin && !isReleased(S))
    noteKept(S, ArgExprs, Args);
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
  // It may be what waits for a thread.
  if (!Builtin)
    waited(S);
  if (Callee && !Builtin && !isReleased(S))
    if (Value Left = applyFlows(F, S, Callee, Site, ArgExprs, Args);
        !Left.empty())
      return Left;
  QualType Type = Site.getType();
  if (isValueType(Type))
    return Value::object(
        Table.made(Origin::Returned, ObjectKind::Unknown, &Site, F.Site));
  if (Type->isRecordType())
    return Value::address(Table.temporary(&Site));
  // An object of a library's own, which one can only hand back.
  if (const RecordDecl *Record = Type->isPointerType()
                                     ? Type->getPointeeType()->getAsRecordDecl()
                                     : nullptr;
      Record && !Record->getDefinition())
    return Value::address(Table.heap(&Site, F.Site));
  return Value::unknown();
}

Value Interpreter::runCallback(Frame &F, State &S, const FunctionFacts &Facts,
                               const Callback &C, const Expr &Site,
                               llvm::ArrayRef<const Expr *> ArgExprs,
                               llvm::ArrayRef<Value> Args) {
  if (C.Function >= static_cast<int>(Args.size()))
    return {};
  Value Functions;
  if (C.Function >= 0) {
    Functions = Args[C.Function];
    // A reference to a pointer.
    const Expr *E = ArgExprs[C.Function];
    if (E->isGLValue() && pointsToFunction(E->getType()))
      Functions = load(F, S, Functions, E->getType(), E);
  } else
    for (const Value &Arg : Args)
      if (Functions.empty() && !targetsOf(S, Arg).empty())
        Functions = Arg;
  if (!C.Fields.empty()) {
    // A field of the struct, or of an anonymous union in it.
    Value Found;
    for (const Atom &A : Functions)
      if (A.Kind == AtomKind::Address)
        for (const auto &[Root, P, Holds] : cellsNear(S, A.Id))
          if (Table.isWithin(P, A.Id) && Table[P].Kind == PlaceKind::Field &&
              llvm::is_contained(
                  C.Fields,
                  static_cast<const FieldDecl *>(Table[P].Key)->getName()))
            Found.join(*Holds);
    Functions = Found;
  }
  llvm::SmallVector<Value, 2> Data;
  for (int I : C.Data)
    Data.push_back(I >= 0 && I < static_cast<int>(Args.size()) ? Args[I]
                                                               : Value());

  Lock Gvl = C.Under == CallbackState::Same     ? S.Gvl
             : C.Under == CallbackState::Held   ? Lock::Held
             : C.Under == CallbackState::Either ? Lock::Either
                                                : Lock::Released;
  bool Region = C.isRegion();
  for (const Value &V : Data)
    escape(S, V, false, &Site, {});
  if (Region && C.Function >= 0 && C.Fields.empty())
    notePointerCall(F, Gvl, *ArgExprs[C.Function], Functions, Site);

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
    llvm::SmallVector<Target, 2> Found = targetsOf(S, Value(A));
    if (Found.empty()) {
      if (Region)
        noteCallback(Functions, Data.empty() ? Value() : Data[0]);
      Unresolved("the callback is not a known function");
      continue;
    }
    const FunctionDecl *Target = Found.front().Function;
    Value This = Found.front().This;
    if (Region && SeenRegions.insert({&Site, Target}).second)
      ++Out.Stats.Regions;
    llvm::SmallVector<Value, 4> Arguments(Data.begin(), Data.end());
    // A function of another file that is given something to call calls it.
    if (Code.isForeign(Target) && !Code.facts(Target) && Data.size() == 1)
      if (auto Inner = targetsOf(S, Data[0]); Inner.size() == 1) {
        Target = Inner.front().Function;
        This = Inner.front().This;
        Arguments.clear();
      }
    if (const FunctionDecl *Own = Code.ownDefinition(Target)) {
      State After = Before;
      Outcome Run = enter(F, After, Own, &Site, Arguments, Entry::Callback, Gvl,
                          &C, This);
      Result.join(Run.Returned);
      if (Region || C.Under == CallbackState::Thread)
        Used.insert(Run.Accesses.begin(), Run.Accesses.end());
      if (C.leavesLock())
        ++Out.Stats.CallbacksResolved;
      Take(std::move(After));
      continue;
    }
    // A function of Ruby's or of a library, run on the data: it follows what it
    // is given.
    if (C.leavesLock() || Code.facts(Target)) {
      State After = Before;
      After.Gvl = Gvl;
      Frame Inner;
      Inner.Function = F.Function;
      Inner.How = Entry::Callback;
      Inner.Site = &Site;
      Inner.As = C.As;
      Inner.Region = Region;
      Inner.HandedOn = C.HandedOn;
      Inner.InRegion = Region || F.InRegion;
      Inner.ChangedLock = C.leavesLock();
      Inner.Caller = &F;
      Inner.Code = F.Code;
      Inner.Depth = F.Depth + 1;
      llvm::SmallVector<const Expr *, 2> DataExprs;
      for (int I : C.Data)
        DataExprs.push_back(ArgExprs[I < 0 ? C.Function : I]);
      Result.join(
          callFunction(Inner, After, Target, Site, DataExprs, Data, {}));
      After.Gvl = Before.Gvl;
      if (Region)
        Used.insert(Inner.Accesses.begin(), Inner.Accesses.end());
      Out.Stats.CallbacksResolved += C.leavesLock();
      Take(std::move(After));
      continue;
    }
    if (isValueType(Target->getReturnType()))
      Result.join(Value::object(
          Table.made(Origin::Returned, ObjectKind::Unknown, &Site, F.Site)));
    Unresolved("the callback is defined in another file");
  }
  if (Functions.empty() && Region)
    Unresolved("the callback is not a known function");
  if (Region)
    judgeOwners(F, Before, S, Site, Used);
  if (C.Under == CallbackState::Thread)
    for (const Access &A : Used)
      if (A.Via) {
        AnyLent = true;
        changeFacts(S, A.Owner, [&](ObjectFacts &Facts) {
          Facts.Lent = Table.expr(&Site);
          Facts.LentForWriting |= A.Writes;
        });
      }
  return Result;
}

Value Interpreter::callKnown(Frame &F, State &S, const FunctionFacts &Facts,
                             const Expr &Site,
                             llvm::ArrayRef<const Expr *> ArgExprs,
                             llvm::ArrayRef<Value> Args) {
  judgeApiCall(F, S, Facts, Site, Args);
  if (Opts.Profile == Strict && S.Gvl == Lock::Held && Facts.MayCollect &&
      Facts.Does != Effect::Hides)
    exposeUnhidden(S, Site);

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
            Table[A.Id].Kind == PlaceKind::Element) {
          // Kept as it is while the copy is changed.
          State Before = S;
          for (const auto &[Root, P, Holds] : cellsNear(Before, A.Id))
            if (Table[P].Kind == PlaceKind::Element &&
                Table[P].Parent == Table[A.Id].Parent)
              for (const Atom &Variable : *Holds)
                if (Variable.Kind == AtomKind::Address &&
                    isValueType(Table[Variable.Id].Type)) {
                  storePlace(S, Variable.Id,
                             Value::object(Table.made(
                                 Origin::Argument, ObjectKind::Unknown, &Site,
                                 F.Site, Variable.Id)),
                             true);
                  S.Escaped.put({Table[Variable.Id].Root});
                }
        }

  Value Result = resultOf(F, S, Facts, Site, Args, CallbackResults);
  applyEffect(F, S, Facts, Site, Args, Result);
  applySharing(S, Facts, Site, Args);
  return Result;
}
