//===- Memory.cpp - Loads and stores --------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Interpreter.h"

using namespace clang;
using namespace gvlsan;

/// How far pointers of unknown structures are followed.
static constexpr unsigned MaxDepth = 8;

llvm::SmallVector<OwnerId, 2> Interpreter::objectsIn(const Value &V) {
  llvm::SmallVector<OwnerId, 2> Objects;
  for (const Atom &A : V)
    if (A.Kind == AtomKind::Object)
      Objects.push_back(A.Id);
  return Objects;
}

/// What every object is that this unit stores in the C global \p V.
ObjectFacts Interpreter::factsOfGlobal(const VarDecl *V) const {
  ObjectFacts Known;
  Known.Rooted = Code.isRegistered(V) || V->isExternallyVisible();
  const auto *Stored = Code.assignments(V);
  if (!Stored)
    return Known;
  int64_t Smallest = INT64_MAX;
  for (const Expr *E : *Stored) {
    Expr::EvalResult N;
    // Qnil, before it is registered.
    if (E->EvaluateAsInt(N, Context))
      continue;
    const auto *Call = dyn_cast<CallExpr>(E->IgnoreParenCasts());
    const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
    const FunctionFacts *Facts = Callee && Callee->getIdentifier()
                                     ? Model.find(Callee->getName())
                                     : nullptr;
    int64_t Size = 0;
    if (Facts && Facts->Returns == Result::String && Facts->Size >= 0 &&
        Facts->Size < static_cast<int>(Call->getNumArgs()) &&
        Call->getArg(Facts->Size)->EvaluateAsInt(N, Context) &&
        N.Val.getInt().isRepresentableByInt64())
      Size = N.Val.getInt().getExtValue();
    Smallest = std::min(Smallest, Size);
  }
  if (Smallest != INT64_MAX)
    Known.MinSize = std::max<int64_t>(Smallest, 0);
  return Known;
}

ObjectFacts Interpreter::factsOf(const State &S, OwnerId O) const {
  if (const OwnerFacts *At = S.Facts.find(O))
    return At->Facts;
  if (PlaceId At = Table.owner(O).At;
      At && Table[At].Kind == PlaceKind::Variable) {
    const auto *V = static_cast<const VarDecl *>(Table[At].Key);
    if (V->hasGlobalStorage())
      return factsOfGlobal(V);
  }
  return {};
}

/// Any function that is ever stored in \p Pointer.
Value Interpreter::anyStored(const ValueDecl *Pointer) {
  Value Result = Value::unknown();
  for (const FunctionDecl *F : Code.storedIn(Pointer))
    Result.add({AtomKind::Function, 0, Table.function(F)});
  return Result;
}

/// What is read from memory that the analysis did not see written.
Value Interpreter::symbolic(PlaceId P) {
  const Place At = Table[P];
  if (At.Type.isNull())
    return Value::unknown();
  QualType Type = At.Type.getCanonicalType();
  if (isValueType(At.Type)) {
    // A parameter, and what argv points to, is kept by the caller.
    bool Argument = At.Kind == PlaceKind::Variable &&
                    isa<ParmVarDecl>(static_cast<const VarDecl *>(At.Key));
    PlaceId Base = At.Root;
    if (Table[Base].Kind == PlaceKind::Pointee) {
      const Place &Pointer = Table[Table[Base].Parent];
      Argument = Pointer.Kind == PlaceKind::Variable &&
                 isValueType(Pointer.Type->getPointeeType());
    }
    return Value::object(
        Table.heldBy(P, Argument ? Origin::Argument : Origin::Field));
  }
  if (Type->isPointerType()) {
    if (Type->isFunctionPointerType()) {
      bool IsField = At.Kind == PlaceKind::Field;
      llvm::ArrayRef<const FunctionDecl *> Stored;
      if (IsField || At.Kind == PlaceKind::Variable)
        Stored = Code.storedIn(static_cast<const ValueDecl *>(At.Key));
      // A parameter of the function where the analysis began is known to its
      // callers.
      if (At.Kind == PlaceKind::Variable && Stored.empty())
        return Value::address(Table.pointee(P));
      return IsField || At.Kind == PlaceKind::Variable
                 ? anyStored(static_cast<const ValueDecl *>(At.Key))
                 : Value::unknown();
    }
    if (At.Depth >= MaxDepth)
      return Value::unknown();
    return Value::address(Table.pointee(P));
  }
  if (Type->isReferenceType())
    return Value::address(Table.pointee(P));
  if (Type->isMemberFunctionPointerType() && At.Kind == PlaceKind::Field)
    return anyStored(static_cast<const ValueDecl *>(At.Key));
  return Value::unknown();
}

/// A constant that an initialiser stores, as far as callbacks in static tables
/// need it.
static const Expr *initialiserAt(const Places &Table, PlaceId P) {
  const Place &At = Table[P];
  switch (At.Kind) {
  case PlaceKind::Variable: {
    const auto *V = static_cast<const VarDecl *>(At.Key);
    return V->hasGlobalStorage() ? V->getAnyInitializer() : nullptr;
  }
  case PlaceKind::Field:
  case PlaceKind::Element: {
    const Expr *Outer = initialiserAt(Table, At.Parent);
    const auto *List = dyn_cast_or_null<InitListExpr>(
        Outer ? Outer->IgnoreParenImpCasts() : nullptr);
    if (!List)
      return nullptr;
    if (List->isSyntacticForm() && List->getSemanticForm())
      List = List->getSemanticForm();
    if (At.Kind == PlaceKind::Element)
      return At.Index >= 0 && At.Index < List->getNumInits()
                 ? List->getInit(At.Index)
                 : nullptr;
    const auto *F = static_cast<const FieldDecl *>(At.Key);
    if (F->getParent()->isUnion())
      return List->getInitializedFieldInUnion() == F && List->getNumInits()
                 ? List->getInit(0)
                 : nullptr;
    return F->getFieldIndex() < List->getNumInits()
               ? List->getInit(F->getFieldIndex())
               : nullptr;
  }
  default:
    return nullptr;
  }
}

static Value constantOf(Places &Table, const Expr *Init) {
  const Expr *E = Init->IgnoreParenCasts();
  if (const auto *Address = dyn_cast<UnaryOperator>(E))
    if (Address->getOpcode() == UO_AddrOf)
      E = Address->getSubExpr()->IgnoreParenCasts();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (const auto *F = dyn_cast<FunctionDecl>(Ref->getDecl()))
      return Atom{AtomKind::Function, 0, Table.function(F)};
    if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
      if (E != Init->IgnoreParenCasts() || V->getType()->isArrayType())
        return Value::address(Table.variable(V));
  }
  return {};
}

Value Interpreter::initialValue(PlaceId P) {
  const Place &At = Table[P];
  const Place &Base = Table[At.Root];
  switch (Base.Kind) {
  case PlaceKind::Variable: {
    const auto *V = static_cast<const VarDecl *>(Base.Key);
    if (V->hasGlobalStorage()) {
      Value Result;
      if (const Expr *Init = initialiserAt(Table, P))
        Result = constantOf(Table, Init);
      if (Result.empty() || !V->getType().isConstQualified())
        Result.join(symbolic(P));
      return Result;
    }
    // A parameter that nobody bound belongs to the function where the analysis
    // began; any other local is not initialised.
    return isa<ParmVarDecl>(V) || isa<ImplicitParamDecl>(V) ? symbolic(P)
                                                            : Value();
  }
  case PlaceKind::Pointee:
  case PlaceKind::Data:
  case PlaceKind::Self:
    return symbolic(P);
  default:
    return {};
  }
}

const Value *Interpreter::initial(PlaceId P) {
  if (P >= Initials.size())
    Initials.resize(P + P / 2 + 64);
  // It may make further places, so that the slot is looked up again.
  if (!Initials[P]) {
    const Value *V = Stored.intern(initialValue(P));
    Initials[P] = V;
  }
  return Initials[P];
}

Value Interpreter::loadPlace(State &S, PlaceId P) {
  Value Result;
  const Value *Own = stored(S, P);
  Result = Own ? *Own : *initial(P);
  // Elements with known and unknown indices may be the same one.
  const Place At = Table[P];
  if (At.Kind == PlaceKind::Element) {
    if (At.Index >= 0) {
      if (const Value *Any = stored(S, Table.element(At.Parent, -1)))
        Result.join(*Any);
    } else {
      for (const auto &[Root, Other, Holds] : cellsNear(S, P))
        if (Table[Other].Kind == PlaceKind::Element &&
            Table[Other].Parent == At.Parent)
          Result.join(*Holds);
    }
  }
  return Result;
}

Value Interpreter::load(Frame &F, State &S, const Value &Address, QualType Type,
                        const Expr *E) {
  Value Result;
  bool Aggregate = Type->isRecordType() || Type->isArrayType();
  for (const Atom &A : Address) {
    switch (A.Kind) {
    case AtomKind::Address:
      if (Aggregate)
        Result.add(A);
      else
        Result.join(loadPlace(S, A.Id));
      break;
    case AtomKind::Slot: {
      if (Aggregate) {
        Result.add(A);
        break;
      }
      const auto *Member = dyn_cast<MemberExpr>(E->IgnoreParens());
      StringRef Name = Member && Member->getMemberDecl()->getIdentifier()
                           ? Member->getMemberDecl()->getName()
                           : "";
      const SlotFields &Fields = Model.slotFields();
      if (Type->isPointerType() && !llvm::is_contained(Fields.Bytes, Name))
        Result.add({AtomKind::Address, 0, Table.data(A.Id)});
      else if (Type->isPointerType() && !isReleased(S))
        Result.add({AtomKind::Bytes, Table.expr(E), A.Id});
      else if (llvm::is_contained(Fields.Length, Name))
        Result.add({AtomKind::Length, 0, A.Id});
      else if (llvm::is_contained(Fields.Flags, Name))
        Result.add({AtomKind::Slot, 0, A.Id});
      else
        Result.add({});
      break;
    }
    case AtomKind::Bytes:
      // An element of an Array.
      if (isValueType(Type))
        Result.add({AtomKind::Object, 0,
                    Table.made(Origin::Element, ObjectKind::Unknown, E, F.Site,
                               A.Id)});
      else
        Result.add({});
      break;
    case AtomKind::Function:
      Result.add(A);
      break;
    default:
      Result.add({});
    }
  }
  return Result;
}

void Interpreter::forget(State &S, PlaceId P) {
  PlaceId Root = Table[P].Root;
  S.Memory.eraseRange({Root, 0}, {Root + 1, 0}, [&](const Cell &C) {
    return Table.isWithin(C.Place, P);
  });
}

void Interpreter::copyAggregate(State &S, PlaceId From, PlaceId To) {
  std::vector<std::pair<PlaceId, const Value *>> Copies;
  for (const auto &[Root, P, Holds] : cellsNear(S, From))
    if (Table.isWithin(P, From))
      Copies.emplace_back(Table.rebase(P, From, To), Holds);
  forget(S, To);
  for (auto &[P, Holds] : Copies)
    S.Memory.put({Table[P].Root, P, Holds});
}

void Interpreter::storePlace(State &S, PlaceId P, const Value &V, bool Strong) {
  const Place At = Table[P];
  if (At.Kind == PlaceKind::Element && At.Index < 0)
    Strong = false;
  if (Strong) {
    assign(S, P, V);
    return;
  }
  const Value *Before = stored(S, P);
  Value After = Before ? *Before : *initial(P);
  After.join(V);
  assign(S, P, After);
}

void Interpreter::store(Frame &F, State &S, const Value &Address,
                        const Value &V, QualType Type) {
  bool Strong = Address.single() != nullptr;
  bool Aggregate = Type->isRecordType() || Type->isArrayType();
  for (const Atom &A : Address) {
    if (A.Kind != AtomKind::Address)
      continue;
    if (!Aggregate) {
      storePlace(S, A.Id, V.empty() ? Value::unknown() : V, Strong);
      continue;
    }
    // By value, where memory stands for it; RSTRING_GETMEM copies a slot.
    for (const Atom &From : V)
      if (From.Kind == AtomKind::Address && From.Id != A.Id)
        copyAggregate(S, From.Id, A.Id);
      else if (From.Kind == AtomKind::Slot)
        assign(S, A.Id, Value(From));
  }
}

Value Interpreter::valueBehind(Frame &F, State &S, const Value &Pointer) {
  Value Result;
  for (const Atom &A : Pointer)
    if (A.Kind == AtomKind::Address)
      Result.join(loadPlace(S, A.Id));
  return Result;
}
