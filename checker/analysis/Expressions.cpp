//===- Expressions.cpp - Evaluating expressions ---------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Interpreter.h"

using namespace clang;
using namespace gvlsan;

/// What stands for \p E in Frame::Values: wrappers without an effect are gone.
static const Expr *core(const Expr *E) {
  for (;;) {
    E = E->IgnoreParens();
    if (const auto *Full = dyn_cast<FullExpr>(E))
      E = Full->getSubExpr();
    else if (const auto *M = dyn_cast<MaterializeTemporaryExpr>(E))
      E = M->getSubExpr();
    else if (const auto *B = dyn_cast<CXXBindTemporaryExpr>(E))
      E = B->getSubExpr();
    else if (const auto *N = dyn_cast<SubstNonTypeTemplateParmExpr>(E))
      E = N->getReplacement();
    else if (const auto *D = dyn_cast<CXXDefaultArgExpr>(E))
      E = D->getExpr();
    else if (const auto *D = dyn_cast<CXXDefaultInitExpr>(E))
      E = D->getExpr();
    else
      return E;
  }
}

Value Interpreter::valueOf(Frame &F, State &S, const Expr *E) {
  E = core(E);
  auto It = F.Values.find(E);
  if (It != F.Values.end())
    return It->second;
  // Not an element of the graph: pure, or on a path that was not taken. Calls
  // are never run outside their place.
  if (isa<CallExpr>(E) || isa<CXXConstructExpr>(E) || isa<StmtExpr>(E))
    return {};
  Value V = evaluate(F, S, E);
  F.Values[E] = V;
  return V;
}

void Interpreter::declare(Frame &F, State &S, const VarDecl *V) {
  if (V->isStaticLocal() || V->hasExternalStorage())
    return;
  PlaceId P = Table.variable(V);
  forget(S, P);
  S.Escaped.eraseIf([&](const EscapedPlace &E) { return E.Place == P; });
  if (const Expr *Init = V->getInit())
    initialise(F, S, P, Init);
}

void Interpreter::initialise(Frame &F, State &S, PlaceId P, const Expr *Init) {
  const Expr *E = core(Init);
  if (const auto *List = dyn_cast<InitListExpr>(E)) {
    if (List->isSyntacticForm() && List->getSemanticForm())
      List = List->getSemanticForm();
    if (List->isTransparent())
      return initialise(F, S, P, List->getInit(0));
    if (const RecordDecl *Record = List->getType()->getAsRecordDecl()) {
      if (Record->isUnion()) {
        if (const FieldDecl *Field = List->getInitializedFieldInUnion())
          if (List->getNumInits())
            initialise(F, S, Table.field(P, Field), List->getInit(0));
        return;
      }
      unsigned I = 0;
      if (const auto *Class = dyn_cast<CXXRecordDecl>(Record))
        I = Class->getNumBases();
      for (const FieldDecl *Field : Record->fields()) {
        if (Field->isUnnamedBitField())
          continue;
        if (I >= List->getNumInits())
          break;
        initialise(F, S, Table.field(P, Field), List->getInit(I++));
      }
      return;
    }
    if (List->getType()->isArrayType()) {
      for (unsigned I = 0, N = std::min(List->getNumInits(), 64u); I < N; ++I)
        initialise(F, S, Table.element(P, I), List->getInit(I));
      return;
    }
    if (List->getNumInits() == 1)
      return initialise(F, S, P, List->getInit(0));
    return;
  }
  if (isa<StringLiteral>(E) && E->getType()->isArrayType())
    return;
  if (isa<ImplicitValueInitExpr>(E) && E->getType()->isRecordType())
    return;
  store(F, S, Value::address(P), valueOf(F, S, E), Init->getType());
}

Value Interpreter::index(const Value &Base, const Value &Index) {
  int64_t N = 0;
  bool Known = Index.isInteger(N);
  Value Result;
  for (const Atom &A : Base) {
    if (A.Kind != AtomKind::Address) {
      Result.add(A);
      continue;
    }
    PlaceId P = A.Id;
    const Place At = Table[P];
    if (At.Kind == PlaceKind::Element) {
      int64_t I = Known && At.Index >= 0 ? At.Index + N : -1;
      Result.add(
          {AtomKind::Address, 0, Table.element(At.Parent, I < 0 ? -1 : I)});
    } else if (Known && N == 0) {
      Result.add(A);
    } else {
      // Beyond a single object, as `argv[1]` is.
      Result.add(
          {AtomKind::Address, 0, Table.element(P, Known && N > 0 ? N : -1)});
    }
  }
  return Result;
}

Value Interpreter::evaluateMember(Frame &F, State &S, const MemberExpr &E) {
  if (const auto *Method = dyn_cast<CXXMethodDecl>(E.getMemberDecl()))
    return Atom{AtomKind::Function, 0, Table.function(Method)};
  Value Base = valueOf(F, S, E.getBase());
  judgeMember(F, S, E, Base);
  const auto *Field = dyn_cast<FieldDecl>(E.getMemberDecl());
  if (!Field)
    return Value::unknown();
  const RecordDecl *Record = Field->getParent();
  bool InSlot = E.isArrow() && Model.isSlot(Record->getName());
  Value Result;
  for (const Atom &A : Base) {
    switch (A.Kind) {
    case AtomKind::Address: {
      // A slot that was copied, as RSTRING_GETMEM does.
      bool Copied = false;
      if (const Value *Held = stored(S, A.Id))
        for (const Atom &Stored : *Held)
          if (Stored.Kind == AtomKind::Slot) {
            Result.add(Stored);
            Copied = true;
          }
      if (!Copied)
        Result.add({AtomKind::Address, 0, Table.field(A.Id, Field)});
      break;
    }
    case AtomKind::Object:
      if (InSlot)
        Result.add({AtomKind::Slot, 0, A.Id});
      else if (PlaceId At = Table.owner(A.Id).At)
        // A pointer that travels as a VALUE, as rb_ensure's argument does.
        Result.add(
            {AtomKind::Address, 0, Table.field(Table.pointee(At), Field)});
      else
        Result.add({});
      break;
    case AtomKind::Slot:
    case AtomKind::Bytes:
      Result.add(A);
      break;
    default:
      Result.add({});
    }
  }
  return Result;
}

Value Interpreter::evaluateCast(Frame &F, State &S, const CastExpr &E) {
  const Expr *Sub = E.getSubExpr();
  Value V = valueOf(F, S, Sub);
  switch (E.getCastKind()) {
  case CK_LValueToRValue:
  case CK_LValueToRValueBitCast:
    judgeAccess(F, S, V, Sub, {Touch::Read});
    return load(F, S, V, Sub->getType(), Sub);
  case CK_ArrayToPointerDecay: {
    Value Result;
    for (const Atom &A : V)
      if (A.Kind == AtomKind::Address)
        Result.add({AtomKind::Address, 0, Table.element(A.Id, 0)});
      else if (A.Kind == AtomKind::Slot && !isReleased(S))
        Result.add({AtomKind::Bytes, Table.expr(&E), A.Id});
      else
        Result.add(A);
    return Result;
  }
  case CK_NullToPointer:
    return Value::integer(0);
  case CK_NoOp:
  case CK_BitCast:
  case CK_LValueBitCast:
  case CK_IntegralToPointer:
  case CK_PointerToIntegral:
  case CK_IntegralCast:
  case CK_FunctionToPointerDecay:
  case CK_BuiltinFnToFnPtr:
  case CK_DerivedToBase:
  case CK_UncheckedDerivedToBase:
  case CK_BaseToDerived:
  case CK_AtomicToNonAtomic:
  case CK_NonAtomicToAtomic:
  case CK_UserDefinedConversion:
  case CK_ConstructorConversion:
  case CK_ReinterpretMemberPointer:
  case CK_IntegralToBoolean:
  case CK_PointerToBoolean:
    return V;
  default:
    return Value::unknown();
  }
}

Value Interpreter::evaluateUnary(Frame &F, State &S, const UnaryOperator &E) {
  const Expr *Sub = E.getSubExpr();
  Value V = valueOf(F, S, Sub);
  int64_t N;
  switch (E.getOpcode()) {
  case UO_AddrOf:
  case UO_Deref:
  case UO_Plus:
  case UO_Extension:
    return V;
  case UO_Minus:
    return V.isInteger(N) ? Value::integer(-N) : Value::unknown();
  case UO_Not:
    return V.isInteger(N) ? Value::integer(~N) : Value::unknown();
  case UO_LNot:
    return V.isInteger(N) ? Value::integer(!N) : Value::unknown();
  case UO_PreInc:
  case UO_PreDec:
  case UO_PostInc:
  case UO_PostDec: {
    judgeAccess(F, S, V, Sub, {Touch::Write});
    Value Old = load(F, S, V, Sub->getType(), Sub);
    Value New = Sub->getType()->isPointerType() ? index(Old, Value::unknown())
                                                : Value::unknown();
    store(F, S, V, New, Sub->getType());
    if (E.isGLValue())
      return V;
    return E.isPrefix() ? New : Old;
  }
  default:
    return Value::unknown();
  }
}

static Value fold(BinaryOperatorKind Op, int64_t L, int64_t R) {
  int64_t N;
  switch (Op) {
  case BO_Add:
    return llvm::AddOverflow(L, R, N) ? Value::unknown() : Value::integer(N);
  case BO_Sub:
    return llvm::SubOverflow(L, R, N) ? Value::unknown() : Value::integer(N);
  case BO_Mul:
    return llvm::MulOverflow(L, R, N) ? Value::unknown() : Value::integer(N);
  case BO_Or:
    return Value::integer(L | R);
  case BO_And:
    return Value::integer(L & R);
  case BO_Shl:
    return R >= 0 && R < 62 && L >= 0 && L < (int64_t(1) << (62 - R))
               ? Value::integer(L << R)
               : Value::unknown();
  case BO_EQ:
    return Value::integer(L == R);
  case BO_NE:
    return Value::integer(L != R);
  case BO_LT:
    return Value::integer(L < R);
  case BO_GT:
    return Value::integer(L > R);
  case BO_LE:
    return Value::integer(L <= R);
  case BO_GE:
    return Value::integer(L >= R);
  default:
    return Value::unknown();
  }
}

Value Interpreter::evaluateBinary(Frame &F, State &S, const BinaryOperator &E) {
  Value L = valueOf(F, S, E.getLHS());
  if (E.isLogicalOp())
    return Value::unknown();
  Value R = valueOf(F, S, E.getRHS());
  QualType Type = E.getLHS()->getType();
  if (E.getOpcode() == BO_Assign) {
    judgeAccess(F, S, L, E.getLHS(), {Touch::Write});
    store(F, S, L, R, Type);
    return E.isGLValue() ? L : R;
  }
  if (E.isCompoundAssignmentOp()) {
    judgeAccess(F, S, L, E.getLHS(), {Touch::Write});
    Value New = Type->isPointerType()
                    ? index(load(F, S, L, Type, E.getLHS()), Value::unknown())
                    : Value::unknown();
    store(F, S, L, New, Type);
    return E.isGLValue() ? L : New;
  }
  if (E.getOpcode() == BO_Comma)
    return R;
  if (E.isAdditiveOp() && E.getType()->isPointerType()) {
    bool Left = Type->isPointerType();
    Value Offset = Left ? R : L;
    int64_t N;
    if (E.getOpcode() == BO_Sub)
      Offset = R.isInteger(N) ? Value::integer(-N) : Value::unknown();
    return index(Left ? L : R, Offset);
  }
  int64_t A, B;
  if (L.isInteger(A) && R.isInteger(B))
    return fold(E.getOpcode(), A, B);
  // Masks and tags leave a flag test what it is.
  if (E.getOpcode() == BO_And && L.single() &&
      L.single()->Kind == AtomKind::Slot && R.isInteger(B))
    return B == Model.slotFields().EmbedFlag
               ? Value(Atom{AtomKind::EmbedFlag, 0, L.single()->Id})
               : Value::unknown();
  return Value::unknown();
}

static Value integerOf(const llvm::APSInt &N) {
  return N.isRepresentableByInt64() ? Value::integer(N.getExtValue())
                                    : Value::unknown();
}

Value Interpreter::evaluate(Frame &F, State &S, const Expr *E) {
  switch (E->getStmtClass()) {
  case Stmt::IntegerLiteralClass:
  case Stmt::CharacterLiteralClass:
  case Stmt::UnaryExprOrTypeTraitExprClass:
  case Stmt::OffsetOfExprClass:
  case Stmt::CXXBoolLiteralExprClass: {
    Expr::EvalResult Result;
    return E->EvaluateAsInt(Result, Context) ? integerOf(Result.Val.getInt())
                                             : Value::unknown();
  }
  case Stmt::GNUNullExprClass:
  case Stmt::CXXNullPtrLiteralExprClass:
  case Stmt::ImplicitValueInitExprClass:
  case Stmt::CXXScalarValueInitExprClass:
    return Value::integer(0);
  case Stmt::StringLiteralClass:
    return Value::address(Table.literal(E));
  case Stmt::PredefinedExprClass:
    return Value::unknown();
  case Stmt::CXXThisExprClass:
    return F.This.empty() ? Value::unknown() : F.This;
  case Stmt::DeclRefExprClass: {
    const ValueDecl *D = cast<DeclRefExpr>(E)->getDecl();
    if (const auto *Fn = dyn_cast<FunctionDecl>(D))
      return Atom{AtomKind::Function, 0, Table.function(Fn)};
    if (const auto *Constant = dyn_cast<EnumConstantDecl>(D))
      return integerOf(Constant->getInitVal());
    if (const auto *V = dyn_cast<VarDecl>(D)) {
      PlaceId P = Table.variable(V);
      if (V->getType()->isReferenceType())
        return loadPlace(S, P);
      return Value::address(P);
    }
    return Value::unknown();
  }
  case Stmt::MemberExprClass:
    return evaluateMember(F, S, *cast<MemberExpr>(E));
  case Stmt::ArraySubscriptExprClass: {
    const auto *Subscript = cast<ArraySubscriptExpr>(E);
    return index(valueOf(F, S, Subscript->getBase()),
                 valueOf(F, S, Subscript->getIdx()));
  }
  case Stmt::UnaryOperatorClass:
    return evaluateUnary(F, S, *cast<UnaryOperator>(E));
  case Stmt::BinaryOperatorClass:
  case Stmt::CompoundAssignOperatorClass:
    return evaluateBinary(F, S, *cast<BinaryOperator>(E));
  case Stmt::ImplicitCastExprClass:
  case Stmt::CStyleCastExprClass:
  case Stmt::CXXFunctionalCastExprClass:
  case Stmt::CXXStaticCastExprClass:
  case Stmt::CXXReinterpretCastExprClass:
  case Stmt::CXXConstCastExprClass:
  case Stmt::CXXDynamicCastExprClass:
    return evaluateCast(F, S, *cast<CastExpr>(E));
  case Stmt::ConditionalOperatorClass: {
    const auto *Choice = cast<ConditionalOperator>(E);
    bool Taken;
    if (Choice->getCond()->EvaluateAsBooleanCondition(Taken, Context))
      return valueOf(F, S,
                     Taken ? Choice->getTrueExpr() : Choice->getFalseExpr());
    Value V = valueOf(F, S, Choice->getTrueExpr());
    V.join(valueOf(F, S, Choice->getFalseExpr()));
    return V;
  }
  case Stmt::BinaryConditionalOperatorClass: {
    const auto *Choice = cast<BinaryConditionalOperator>(E);
    Value V = valueOf(F, S, Choice->getCommon());
    V.join(valueOf(F, S, Choice->getFalseExpr()));
    return V;
  }
  case Stmt::OpaqueValueExprClass:
    if (const Expr *Source = cast<OpaqueValueExpr>(E)->getSourceExpr())
      return valueOf(F, S, Source);
    return Value::unknown();
  case Stmt::StmtExprClass: {
    const CompoundStmt *Block = cast<StmtExpr>(E)->getSubStmt();
    const auto *Last =
        Block->body_empty() ? nullptr : dyn_cast<Expr>(Block->body_back());
    return Last ? valueOf(F, S, Last) : Value::unknown();
  }
  case Stmt::CompoundLiteralExprClass: {
    PlaceId P = Table.temporary(E);
    forget(S, P);
    initialise(F, S, P, cast<CompoundLiteralExpr>(E)->getInitializer());
    return Value::address(P);
  }
  case Stmt::InitListExprClass: {
    if (!E->getType()->isRecordType() && !E->getType()->isArrayType())
      return cast<InitListExpr>(E)->getNumInits() == 1
                 ? valueOf(F, S, cast<InitListExpr>(E)->getInit(0))
                 : Value::unknown();
    PlaceId P = Table.temporary(E);
    forget(S, P);
    initialise(F, S, P, E);
    return Value::address(P);
  }
  case Stmt::VAArgExprClass: {
    Value Result;
    for (const Atom &A : valueOf(F, S, cast<VAArgExpr>(E)->getSubExpr()))
      if (A.Kind == AtomKind::Address)
        Result.join(loadPlace(S, variadicList(A)));
    return Result.empty() ? Value::unknown() : Result;
  }
  case Stmt::LambdaExprClass:
    return Value::address(Table.temporary(E));
  case Stmt::CXXNewExprClass:
    return Value::address(Table.heap(E, F.Site));
  case Stmt::CallExprClass:
  case Stmt::CXXMemberCallExprClass:
  case Stmt::CXXOperatorCallExprClass:
  case Stmt::UserDefinedLiteralClass:
    return evaluateCall(F, S, *cast<CallExpr>(E));
  case Stmt::CXXConstructExprClass:
  case Stmt::CXXTemporaryObjectExprClass:
    return evaluateConstruct(F, S, *cast<CXXConstructExpr>(E));
  default:
    return Value::unknown();
  }
}

void Interpreter::visit(Frame &F, State &S, const Stmt *Statement) {
  if (const auto *Declares = dyn_cast<DeclStmt>(Statement)) {
    for (const Decl *D : Declares->decls())
      if (const auto *V = dyn_cast<VarDecl>(D))
        declare(F, S, V);
    return;
  }
  if (const auto *Return = dyn_cast<ReturnStmt>(Statement)) {
    if (const Expr *E = Return->getRetValue())
      F.Returned.join(valueOf(F, S, E));
    return;
  }
  const auto *E = dyn_cast<Expr>(Statement);
  if (!E || core(E) != E)
    return;
  // What a list initialises is stored where the whole is; evaluating it alone
  // would make a second copy.
  if (isa<InitListExpr>(E) || isa<ImplicitValueInitExpr>(E))
    return;
  judgeGuarded(F, S, *E);
  F.Values[E] = evaluate(F, S, E);
}
