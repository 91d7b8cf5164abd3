//===- DataTypes.cpp - Objects around C structs ---------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/DataTypes.h"

#include "analysis/Places.h"

#include "clang/AST/RecursiveASTVisitor.h"

using namespace clang;
using namespace gvlsan;

std::string DataType::name() const {
  if (Variable)
    return "'" + Variable->getNameAsString() + "'";
  return "the type made here";
}

const RecordDecl *gvlsan::pointedRecord(QualType T) {
  if (T.isNull() || !T->isPointerType())
    return nullptr;
  const RecordDecl *R = T->getPointeeType()->getAsRecordDecl();
  if (R && R->getDefinition())
    R = R->getDefinition();
  return R;
}

bool DataTypes::isDescription(QualType T) const {
  const RecordDecl *R = T->getAsRecordDecl();
  return R && R->getName() == Seen.Model.dataType().Record;
}

uint64_t DataTypes::flag(StringRef Name) const {
  ASTContext &Context = Seen.Context;
  for (const NamedDecl *D :
       Context.getTranslationUnitDecl()->lookup(&Context.Idents.get(Name)))
    if (const auto *E = dyn_cast<EnumConstantDecl>(D))
      return E->getInitVal().getZExtValue();
  return 0;
}

DataFunction DataTypes::function(const Expr *E) const {
  DataFunction Result;
  Result.Where = E->getExprLoc();
  if (const FunctionDecl *F = functionIn(E)) {
    Result.Function = F->getCanonicalDecl();
    return Result;
  }
  // Null, and the default function that only frees: numbers.
  Expr::EvalResult Value;
  Result.Unresolved =
      !E->isNullPointerConstant(Seen.Context, Expr::NPC_ValueDependentIsNull) &&
      !E->IgnoreParenCasts()->EvaluateAsInt(Value, Seen.Context);
  return Result;
}

void DataTypes::readField(DataType &T, const FieldDecl *F, const Expr *E) {
  const DataTypeModel &Model = Seen.Model.dataType();
  if (isa<ImplicitValueInitExpr>(E))
    return;
  if (F->getName() == Model.Flags) {
    Expr::EvalResult Value;
    if (!E->EvaluateAsInt(Value, Seen.Context))
      return;
    uint64_t Flags = Value.Val.getInt().getZExtValue();
    T.Immediate = Flags & flag(Model.Immediate);
    T.Listed = Flags & flag(Model.Listed);
  } else if (F->getName() == Model.Mark) {
    T.Mark = function(E);
    if (Spot List = addressedSpot(E))
      T.List = List.Variable;
  } else if (F->getName() == Model.Free) {
    T.Free = function(E);
  } else if (F->getName() == Model.Compact) {
    T.Compact = function(E);
  } else if (const auto *Inner = dyn_cast<InitListExpr>(E->IgnoreParens())) {
    if (Inner->isSyntacticForm() && Inner->getSemanticForm())
      Inner = Inner->getSemanticForm();
    if (const RecordDecl *R = Inner->getType()->getAsRecordDecl())
      for (const FieldDecl *G : R->fields())
        if (G->getFieldIndex() < Inner->getNumInits())
          readField(T, G, Inner->getInit(G->getFieldIndex()));
  }
}

void DataTypes::readDescription(const VarDecl *V, const InitListExpr *List) {
  if (List->isSyntacticForm() && List->getSemanticForm())
    List = List->getSemanticForm();
  DataType T;
  T.Variable = V;
  T.Where = V->getLocation();
  for (const FieldDecl *F : List->getType()->getAsRecordDecl()->fields())
    if (F->getFieldIndex() < List->getNumInits())
      readField(T, F, List->getInit(F->getFieldIndex()));
  ByVariable[V].push_back(static_cast<int>(All.size()));
  All.push_back(std::move(T));
}

void DataTypes::readInitialiser(const VarDecl *V, const Expr *Init) {
  Init = Init->IgnoreParenImpCasts();
  if (const auto *Literal = dyn_cast<CompoundLiteralExpr>(Init))
    Init = Literal->getInitializer();
  const auto *List = dyn_cast<InitListExpr>(Init);
  if (!List)
    return;
  if (isDescription(List->getType()))
    return readDescription(V, List);
  // An array of them, or a struct around one.
  for (const Expr *Inner : List->inits())
    readInitialiser(V, Inner);
}

void DataTypes::readCall(const Call &C) {
  const FunctionFacts *Facts = Seen.facts(C);
  if (!Facts || Facts->StructMark < 0 ||
      std::max(Facts->StructMark, Facts->StructFree) >=
          static_cast<int>(C.Expr->getNumArgs()))
    return;
  DataType T;
  T.Where = C.Expr->getExprLoc();
  T.Mark = function(C.Expr->getArg(Facts->StructMark));
  T.Free = function(C.Expr->getArg(Facts->StructFree));
  if (Facts->Struct >= 0)
    if (const RecordDecl *R = pointedRecord(
            C.Expr->getArg(Facts->Struct)->IgnoreParenCasts()->getType()))
      T.Records.insert(R);
  ByCall[C.Expr] = static_cast<int>(All.size());
  All.push_back(std::move(T));
}

int DataTypes::typeOf(const Expr *E) const {
  E = valueOf(E);
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    if (auto It = ByCall.find(Call); It != ByCall.end())
      return It->second;
    const FunctionDecl *Callee = calleeOf(Call);
    const FunctionFacts *Facts = Callee ? Seen.Code.facts(Callee) : nullptr;
    if (!Facts)
      return -1;
    int Arg = Facts->Type;
    if (Arg >= 0 && Arg < static_cast<int>(Call->getNumArgs())) {
      Spot S = addressedSpot(Call->getArg(Arg));
      auto It = ByVariable.find(S.Variable);
      return It == ByVariable.end() ? -1 : It->second.front();
    }
  }
  const VarDecl *V = openedObject(E);
  return V ? typeOfObject(V) : -1;
}

const VarDecl *gvlsan::baseOf(const Expr *Target) {
  for (const Expr *E = Target->IgnoreParenCasts();;) {
    if (const auto *Member = dyn_cast<MemberExpr>(E)) {
      E = Member->getBase()->IgnoreParenCasts();
    } else if (const auto *Element = dyn_cast<ArraySubscriptExpr>(E)) {
      E = Element->getBase()->IgnoreParenCasts();
    } else if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
      const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
      return V ? V->getCanonicalDecl() : nullptr;
    } else {
      return nullptr;
    }
  }
}

bool DataTypes::isStructOf(const VarDecl *Base, const VarDecl *Object,
                           unsigned Depth) const {
  for (unsigned I : Seen.assignmentsTo(Base))
    if (openedObject(Seen.Assignments[I].Value) == Object)
      return true;
  for (unsigned I : Seen.assignmentsTo(Object)) {
    const auto *Call = dyn_cast<CallExpr>(valueOf(Seen.Assignments[I].Value));
    const FunctionDecl *Callee = Call ? calleeOf(Call) : nullptr;
    const FunctionFacts *Facts = Callee ? Seen.Code.facts(Callee) : nullptr;
    int Arg = Facts ? Facts->Struct : -1;
    if (Arg >= 0 && Arg < static_cast<int>(Call->getNumArgs()) &&
        baseOf(Call->getArg(Arg)) == Base)
      return true;
  }
  // Put into the object's slot by hand.
  if (SlotStores.contains({Base, Object}))
    return true;
  // A copy, such as of the variable that a macro makes the object in.
  if (Depth <= 2)
    for (unsigned I : Seen.assignmentsTo(Object)) {
      const Expr *Value = valueOf(Seen.Assignments[I].Value);
      const VarDecl *Source = spotOf(Value).Variable;
      if (Source && Source != Object && isa<DeclRefExpr>(Value) &&
          isStructOf(Base, Source, Depth + 1))
        return true;
    }
  // Both are handed over by a caller.
  const auto *P = dyn_cast<ParmVarDecl>(Base);
  const auto *Q = dyn_cast<ParmVarDecl>(Object);
  const auto *F = P ? dyn_cast<FunctionDecl>(P->getDeclContext()) : nullptr;
  if (!F || !Q || Q->getDeclContext() != P->getDeclContext() || Depth > 2)
    return false;
  return llvm::any_of(Seen.callsOf(F), [&](unsigned I) {
    const CallExpr *Call = Seen.Calls[I].Expr;
    unsigned AtP = P->getFunctionScopeIndex(), AtQ = Q->getFunctionScopeIndex();
    if (std::max(AtP, AtQ) >= Call->getNumArgs())
      return false;
    const VarDecl *OuterBase = baseOf(Call->getArg(AtP));
    const VarDecl *OuterObject = spotOf(Call->getArg(AtQ)).Variable;
    return OuterBase && OuterObject &&
           isStructOf(OuterBase, OuterObject, Depth + 1);
  });
}

bool DataTypes::holdsItself(const FieldDecl *F) {
  if (!Selves) {
    Selves.emplace();
    for (const Assignment &A : Seen.Assignments) {
      const auto *Member =
          A.Target ? dyn_cast<MemberExpr>(A.Target->IgnoreParens()) : nullptr;
      const auto *Field =
          Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
      if (!Field || !isValueType(Field->getType()))
        continue;
      const VarDecl *Base = baseOf(A.Target);
      const VarDecl *Object = spotOf(valueOf(A.Value)).Variable;
      if (Base && Object && isStructOf(Base, Object))
        Selves->insert(Field->getCanonicalDecl());
    }
  }
  return Selves->contains(F->getCanonicalDecl());
}

const VarDecl *DataTypes::openedObject(const Expr *E, unsigned Depth) const {
  E = valueOf(E);
  const Expr *Object = nullptr;
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    const FunctionDecl *Callee = calleeOf(Call);
    const FunctionFacts *Facts = Callee ? Seen.Code.facts(Callee) : nullptr;
    if (Facts && Facts->Returns == Result::Data && Facts->ReturnsArg >= 0 &&
        Facts->ReturnsArg < static_cast<int>(Call->getNumArgs()))
      Object = Call->getArg(Facts->ReturnsArg);
    const FunctionDecl *Own =
        Callee && !Facts ? Seen.Code.ownDefinition(Callee) : nullptr;
    if (Own && Depth < 3)
      for (const Expr *Returned : Seen.returnsOf(Own)) {
        // What it returns, or a variable that it has put it in.
        llvm::SmallVector<const Expr *, 4> Sources{Returned};
        if (const VarDecl *V = spotOf(Returned).Variable)
          for (unsigned I : Seen.assignmentsTo(V))
            Sources.push_back(Seen.Assignments[I].Value);
        for (const Expr *Source : Sources) {
          const auto *P = dyn_cast_or_null<ParmVarDecl>(
              isa<CallExpr, MemberExpr>(valueOf(Source))
                  ? openedObject(Source, Depth + 1)
                  : nullptr);
          if (P && P->getFunctionScopeIndex() < Call->getNumArgs())
            return spotOf(Call->getArg(P->getFunctionScopeIndex())).Variable;
        }
      }
  } else if (const auto *Member = dyn_cast<MemberExpr>(E)) {
    // A macro's way: the slot's own field.
    const auto *F = dyn_cast<FieldDecl>(Member->getMemberDecl());
    if (F && Member->isArrow() && F->getType()->isPointerType() &&
        Seen.Model.isSlot(F->getParent()->getName()))
      Object = Member->getBase();
  }
  if (!Object)
    return nullptr;
  Object = valueOf(Object);
  // RTYPEDDATA(v) may be a call that casts.
  if (const auto *Call = dyn_cast<CallExpr>(Object))
    if (Call->getNumArgs() == 1)
      Object = valueOf(Call->getArg(0));
  return spotOf(Object).Variable;
}

int DataTypes::typeOfObject(const VarDecl *V) const {
  for (unsigned I : Seen.assignmentsTo(V)) {
    const Expr *Value = valueOf(Seen.Assignments[I].Value);
    if (!isa<CallExpr>(Value) || !isValueType(Value->getType()))
      continue;
    if (int T = typeOf(Value); T >= 0)
      return T;
  }
  return -1;
}

namespace {
/// The structs that a function takes its void pointer for.
class ParameterCasts : public RecursiveASTVisitor<ParameterCasts> {
public:
  ParameterCasts(const ParmVarDecl *P) : P(P) {}
  bool shouldVisitTemplateInstantiations() const { return true; }

  bool VisitCastExpr(CastExpr *Cast) {
    const auto *Ref =
        dyn_cast<DeclRefExpr>(Cast->getSubExpr()->IgnoreParenCasts());
    if (Ref && Ref->getDecl() == P)
      if (const RecordDecl *R = pointedRecord(Cast->getType()))
        Records.insert(R);
    return true;
  }

  const ParmVarDecl *P;
  llvm::SmallSetVector<const RecordDecl *, 2> Records;
};
} // namespace

void DataTypes::bindParameter(DataType &T, const FunctionDecl *F) {
  const FunctionDecl *Own = F ? Seen.Code.ownDefinition(F) : nullptr;
  if (!Own || Own->getNumParams() == 0)
    return;
  const ParmVarDecl *P = Own->getParamDecl(0);
  if (const RecordDecl *R = pointedRecord(P->getType()))
    T.Records.insert(R);
  ParameterCasts Casts(P);
  Casts.TraverseStmt(Own->getBody());
  for (const RecordDecl *R : Casts.Records)
    T.Records.insert(R);
}

void DataTypes::bindRecords() {
  for (DataType &T : All)
    for (const DataFunction *F : {&T.Mark, &T.Free, &T.Compact})
      bindParameter(T, F->Function);
  // What is opened or made as a type, and taken for a struct.
  for (const Assignment &A : Seen.Assignments) {
    QualType To = A.Target ? A.Target->getType() : A.Variable->getType();
    const RecordDecl *R = pointedRecord(To);
    if (!R)
      continue;
    if (int T = typeOf(A.Value); T >= 0)
      All[T].Records.insert(R);
  }
  for (const Call &C : Seen.Calls) {
    const FunctionFacts *Facts = Seen.facts(C);
    int Count = static_cast<int>(C.Expr->getNumArgs());
    if (!Facts || Facts->Type < 0 || Facts->Struct < 0 ||
        Facts->Struct >= Count)
      continue;
    const RecordDecl *R = pointedRecord(
        C.Expr->getArg(Facts->Struct)->IgnoreParenCasts()->getType());
    if (int T = typeOf(C.Expr); R && T >= 0)
      All[T].Records.insert(R);
  }
  for (const FunctionDecl *F : Seen.Code.definitions())
    if (const RecordDecl *R = pointedRecord(F->getReturnType()))
      for (const Expr *Returned : Seen.returnsOf(F))
        if (int T = typeOf(Returned); T >= 0)
          All[T].Records.insert(R);
}

DataTypes::DataTypes(Inventory &Seen) : Seen(Seen) {
  for (const Assignment &A : Seen.Assignments)
    if (!A.Target && A.Variable)
      readInitialiser(A.Variable, A.Value);
  for (const Call &C : Seen.Calls)
    readCall(C);
  // Descriptions that are filled in by statements.
  for (const Assignment &A : Seen.Assignments) {
    if (!A.Target)
      continue;
    Spot S = spotOf(A.Target);
    if (!S || !isDescription(S.Variable->getType()))
      continue;
    auto [It, New] = ByVariable.try_emplace(S.Variable);
    if (It->second.empty()) {
      It->second.push_back(static_cast<int>(All.size()));
      DataType T;
      T.Variable = S.Variable;
      T.Where = S.Variable->getLocation();
      All.push_back(std::move(T));
    }
    if (const auto *Member = dyn_cast<MemberExpr>(A.Target->IgnoreParens()))
      if (const auto *F = dyn_cast<FieldDecl>(Member->getMemberDecl()))
        readField(All[It->second.front()], F, A.Value);
  }
  bindRecords();
  for (const Assignment &A : Seen.Assignments)
    if (A.Target && isa<MemberExpr>(A.Target->IgnoreParenCasts()))
      if (const VarDecl *Base = spotOf(valueOf(A.Value)).Variable)
        if (const VarDecl *Object = openedObject(A.Target))
          SlotStores.insert({Base, Object});
}
