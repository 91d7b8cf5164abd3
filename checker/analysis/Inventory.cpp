//===- Inventory.cpp - What a unit assigns, calls and returns -------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Inventory.h"

#include "analysis/CodeVisitor.h"

#include "clang/Basic/SourceManager.h"

using namespace clang;
using namespace gvlsan;

std::string Spot::text() const {
  return Variable ? Variable->getNameAsString() + Path : std::string();
}

Spot gvlsan::spotOf(const Expr *E) {
  E = E->IgnoreParenCasts();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
      return {V->getCanonicalDecl(), ""};
    return {};
  }
  if (const auto *Member = dyn_cast<MemberExpr>(E)) {
    // A static member of a class.
    if (const auto *V = dyn_cast<VarDecl>(Member->getMemberDecl()))
      return {V->getCanonicalDecl(), ""};
    if (Member->isArrow())
      return {};
    Spot S = spotOf(Member->getBase());
    if (S)
      S.Path += "." + Member->getMemberDecl()->getNameAsString();
    return S;
  }
  if (const auto *Element = dyn_cast<ArraySubscriptExpr>(E)) {
    const Expr *Base = Element->getBase()->IgnoreParenCasts();
    if (!Base->getType()->isArrayType())
      return {};
    Spot S = spotOf(Base);
    if (S)
      S.Path += "[]";
    return S;
  }
  if (const auto *Deref = dyn_cast<UnaryOperator>(E))
    if (Deref->getOpcode() == UO_Deref)
      return addressedSpot(Deref->getSubExpr());
  return {};
}

Spot gvlsan::addressedSpot(const Expr *E) {
  E = E->IgnoreParenCasts();
  if (const auto *Address = dyn_cast<UnaryOperator>(E))
    if (Address->getOpcode() == UO_AddrOf)
      return spotOf(Address->getSubExpr());
  if (const auto *Sum = dyn_cast<BinaryOperator>(E))
    if (Sum->isAdditiveOp())
      return addressedSpot(Sum->getLHS());
  if (!E->getType()->isArrayType())
    return {};
  Spot S = spotOf(E);
  if (S)
    S.Path += "[]";
  return S;
}

const Expr *gvlsan::valueOf(const Expr *E) {
  for (;;) {
    E = E->IgnoreParenCasts();
    if (const auto *Binary = dyn_cast<BinaryOperator>(E)) {
      if (Binary->getOpcode() != BO_Assign && Binary->getOpcode() != BO_Comma)
        return E;
      E = Binary->getRHS();
    } else if (const auto *Statement = dyn_cast<StmtExpr>(E)) {
      const auto *Last =
          Statement->getSubStmt()->body_empty()
              ? nullptr
              : dyn_cast<Expr>(Statement->getSubStmt()->body_back());
      if (!Last)
        return E;
      E = Last;
    } else if (const auto *Full = dyn_cast<FullExpr>(E)) {
      E = Full->getSubExpr();
    } else if (const auto *Choice = dyn_cast<ChooseExpr>(E)) {
      E = Choice->getChosenSubExpr();
    } else {
      return E;
    }
  }
}

const FunctionDecl *gvlsan::functionIn(const Expr *E) {
  E = E->IgnoreParenCasts();
  // A lambda without captures, turned into a pointer.
  if (const auto *Convert = dyn_cast<CXXMemberCallExpr>(E))
    if (isa_and_nonnull<CXXConversionDecl>(Convert->getMethodDecl()))
      E = Convert->getImplicitObjectArgument()->IgnoreParenImpCasts();
  if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E))
    E = Temporary->getSubExpr()->IgnoreParenImpCasts();
  if (const auto *Lambda = dyn_cast<LambdaExpr>(E))
    return Lambda->getCallOperator();
  if (const auto *Unary = dyn_cast<UnaryOperator>(E))
    if (Unary->getOpcode() == UO_AddrOf || Unary->getOpcode() == UO_Deref ||
        Unary->getOpcode() == UO_Plus)
      E = Unary->getSubExpr()->IgnoreParenCasts();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    return dyn_cast<FunctionDecl>(Ref->getDecl());
  return nullptr;
}

const FunctionDecl *gvlsan::calleeOf(const CallExpr *Call) {
  if (const FunctionDecl *F = Call->getDirectCallee())
    return F->getCanonicalDecl();
  const Expr *E = Call->getCallee()->IgnoreParenImpCasts();
  while (const auto *Choice = dyn_cast<AbstractConditionalOperator>(E))
    E = Choice->getFalseExpr()->IgnoreParenImpCasts();
  const FunctionDecl *F = functionIn(E);
  return F ? F->getCanonicalDecl() : nullptr;
}

class Inventory::Walker : public CodeVisitor<Walker> {
public:
  explicit Walker(Inventory &I) : CodeVisitor(I.Context), I(I) {}

  bool shouldVisitTemplateInstantiations() const { return true; }
  bool shouldTraversePostOrder() const { return true; }

  bool TraverseDecl(Decl *D) {
    if (!D)
      return true;
    SourceLocation Loc = D->getLocation();
    if (Loc.isValid() && isa<FunctionDecl, VarDecl>(D) &&
        (I.Context.getSourceManager().isInSystemHeader(Loc) ||
         I.Code.isRubyHeader(Loc)))
      return true;
    return CodeVisitor::TraverseDecl(D);
  }

#define TRAVERSE(Kind)                                                         \
  bool Traverse##Kind(Kind *F) {                                               \
    if (F->isDependentContext())                                               \
      return true;                                                             \
    const FunctionDecl *Outer = Current;                                       \
    Current = F->getCanonicalDecl();                                           \
    bool Ok = RecursiveASTVisitor::Traverse##Kind(F);                          \
    Current = Outer;                                                           \
    return Ok;                                                                 \
  }
  TRAVERSE(FunctionDecl)
  TRAVERSE(CXXMethodDecl)
  TRAVERSE(CXXConstructorDecl)
  TRAVERSE(CXXDestructorDecl)
  TRAVERSE(CXXConversionDecl)
#undef TRAVERSE

  bool VisitVarDecl(VarDecl *V) {
    if (V->hasGlobalStorage() && V == V->getCanonicalDecl())
      I.Globals.push_back(V);
    if (const Expr *Init = V->getInit(); Init && !isa<ParmVarDecl>(V))
      assign(nullptr, V, Init, V->getLocation());
    return true;
  }
  bool VisitBinaryOperator(BinaryOperator *E) {
    if (E->getOpcode() == BO_Assign)
      assign(E->getLHS(), nullptr, E->getRHS(), E->getExprLoc());
    if (E->isEqualityOp()) {
      compare(E->getLHS(), E->getRHS());
      compare(E->getRHS(), E->getLHS());
    }
    return true;
  }
  bool VisitCXXOperatorCallExpr(CXXOperatorCallExpr *E) {
    if (E->getOperator() == OO_Equal && E->getNumArgs() == 2)
      assign(E->getArg(0), nullptr, E->getArg(1), E->getExprLoc());
    return true;
  }
  bool VisitCallExpr(CallExpr *E) {
    Call C{Current, E, calleeOf(E), ++Order};
    if (C.Callee) {
      I.Of[C.Callee].push_back(I.Calls.size());
      Called.insert(E->getCallee()->IgnoreParenCasts());
    }
    if (Current)
      I.Within[Current].push_back(I.Calls.size());
    I.Calls.push_back(C);
    return true;
  }
  bool VisitReturnStmt(ReturnStmt *S) {
    if (Current && S->getRetValue())
      I.Returns[Current].push_back(S->getRetValue());
    return true;
  }
  bool VisitDeclRefExpr(DeclRefExpr *Ref) {
    if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
      ++I.Mentions[V->getCanonicalDecl()];
    if (const auto *F = dyn_cast<FunctionDecl>(Ref->getDecl()))
      Named.push_back({Ref, F->getCanonicalDecl()});
    return true;
  }

  bool VisitMemberExpr(MemberExpr *E) {
    if (const auto *F = dyn_cast<FieldDecl>(E->getMemberDecl()))
      ++I.FieldMentions[F->getCanonicalDecl()];
    return true;
  }

  void finish() {
    for (const auto &[Ref, F] : Named)
      if (!Called.contains(Ref))
        I.AddressTaken.insert(F);
  }

private:
  void compare(const Expr *E, const Expr *With) {
    if (const auto *Member = dyn_cast<MemberExpr>(E->IgnoreParenCasts()))
      if (const auto *F = dyn_cast<FieldDecl>(Member->getMemberDecl()))
        ++I.FieldComparisons[F->getCanonicalDecl()];
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParenCasts()))
      if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl())) {
        ++I.Compared[V->getCanonicalDecl()];
        I.Comparisons.push_back({V->getCanonicalDecl(), With});
      }
  }
  void assign(const Expr *Target, const VarDecl *V, const Expr *Value,
              SourceLocation Where) {
    // In a template's own text what "(x)" initialises has no type yet.
    if (Value && Value->getType().isNull())
      return;
    Assignment A{Current, Target, V ? V->getCanonicalDecl() : nullptr,
                 Value,   Where,  ++Order};
    if (Target)
      if (const auto *Ref = dyn_cast<DeclRefExpr>(Target->IgnoreParenCasts()))
        if (const auto *Named = dyn_cast<VarDecl>(Ref->getDecl()))
          A.Variable = Named->getCanonicalDecl();
    if (A.Variable)
      I.To[A.Variable].push_back(I.Assignments.size());
    I.Assignments.push_back(A);
  }

  Inventory &I;
  const FunctionDecl *Current = nullptr;
  unsigned Order = 0;
  llvm::DenseSet<const Expr *> Called;
  std::vector<std::pair<const Expr *, const FunctionDecl *>> Named;
};

Inventory::Inventory(ASTContext &Context, const ApiModel &Model, Program &Code)
    : Context(Context), Model(Model), Code(Code) {
  Walker W(*this);
  W.TraverseDecl(Context.getTranslationUnitDecl());
  W.finish();
}

template <typename Map, typename Key>
static auto listIn(const Map &M, const Key *K) {
  using Element = typename Map::mapped_type::value_type;
  auto It = M.find(K->getCanonicalDecl());
  return It == M.end() ? ArrayRef<Element>() : ArrayRef<Element>(It->second);
}

ArrayRef<unsigned> Inventory::assignmentsTo(const VarDecl *V) const {
  return listIn(To, V);
}
ArrayRef<unsigned> Inventory::callsOf(const FunctionDecl *F) const {
  return listIn(Of, F);
}
ArrayRef<unsigned> Inventory::callsIn(const FunctionDecl *F) const {
  return listIn(Within, F);
}
ArrayRef<const Expr *> Inventory::returnsOf(const FunctionDecl *F) const {
  return listIn(Returns, F);
}

bool Inventory::mayCollect(const FunctionDecl *F) {
  F = F->getCanonicalDecl();
  // A cycle finds "no", which the rest of the cycle then decides.
  auto [It, New] = Collects.try_emplace(F, false);
  if (!New)
    return It->second;
  bool May = llvm::any_of(
      callsIn(F), [&](unsigned Index) { return mayCollect(Calls[Index]); });
  return Collects[F] = May;
}

bool Inventory::mayCollect(const Call &C) {
  if (!C.Callee)
    return false;
  if (Code.ownDefinition(C.Callee))
    return mayCollect(C.Callee);
  if (const FunctionFacts *Facts = Code.facts(C.Callee))
    return Facts->MayCollect;
  // Of another file of the extension, or a library's.
  return false;
}
