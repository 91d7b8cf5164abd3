//===- PointerFlow.cpp - Functions that templates hand on -----------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/PointerFlow.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;
using namespace gvlsan;

bool gvlsan::pointsToFunction(QualType Type) {
  Type = Type.getNonReferenceType();
  return Type->isFunctionPointerType() || Type->isMemberFunctionPointerType();
}

PointerFlow::Node PointerFlow::node(const ValueDecl *V) {
  // A function's declarations have parameters of their own.
  if (const auto *Param = dyn_cast<ParmVarDecl>(V))
    if (const auto *F = dyn_cast<FunctionDecl>(Param->getDeclContext()))
      return {F->getCanonicalDecl(), Param->getFunctionScopeIndex()};
  return {V->getCanonicalDecl(), ~0U};
}

void PointerFlow::flow(Node To, const Expr *From) {
  for (;;) {
    From = From->IgnoreParenCasts();
    if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(From)) {
      From = Temporary->getSubExpr();
    } else if (const auto *Unary = dyn_cast<UnaryOperator>(From);
               Unary && (Unary->getOpcode() == UO_AddrOf ||
                         Unary->getOpcode() == UO_Deref)) {
      From = Unary->getSubExpr();
    } else if (const auto *Call = dyn_cast<CallExpr>(From)) {
      // std::forward, std::move
      const FunctionDecl *Callee = Call->getDirectCallee();
      if (!Callee || !Callee->isInStdNamespace() || Call->getNumArgs() != 1)
        return;
      From = Call->getArg(0);
    } else {
      break;
    }
  }
  if (const auto *Choice = dyn_cast<AbstractConditionalOperator>(From)) {
    flow(To, Choice->getTrueExpr());
    flow(To, Choice->getFalseExpr());
  } else if (const auto *Member = dyn_cast<MemberExpr>(From)) {
    Edges[node(Member->getMemberDecl())].insert(To);
  } else if (const auto *Ref = dyn_cast<DeclRefExpr>(From)) {
    if (const auto *F = dyn_cast<FunctionDecl>(Ref->getDecl()))
      Named[To].insert(F->getCanonicalDecl());
    else if (isa<VarDecl>(Ref->getDecl()))
      Edges[node(Ref->getDecl())].insert(To);
  }
}

void PointerFlow::call(const FunctionDecl *Callee,
                       llvm::ArrayRef<const Expr *> Args) {
  for (unsigned I = 0;
       I < std::min<size_t>(Args.size(), Callee->getNumParams()); ++I)
    if (pointsToFunction(Callee->getParamDecl(I)->getType()))
      flow({Callee->getCanonicalDecl(), I}, Args[I]);
}

void PointerFlow::put(const ValueDecl *To, const Expr *From) {
  if (pointsToFunction(To->getType()))
    flow(node(To), From);
}

llvm::MapVector<const FieldDecl *, llvm::SetVector<const FunctionDecl *>>
PointerFlow::fields() const {
  auto All = Named;
  llvm::SetVector<Node> Work;
  for (const auto &[At, Functions] : Named)
    Work.insert(At);
  while (!Work.empty()) {
    Node At = Work.pop_back_val();
    auto Next = Edges.find(At);
    if (Next == Edges.end())
      continue;
    llvm::SetVector<const FunctionDecl *> Functions = All[At];
    for (Node To : Next->second) {
      size_t Before = All[To].size();
      All[To].insert(Functions.begin(), Functions.end());
      if (All[To].size() > Before)
        Work.insert(To);
    }
  }
  llvm::MapVector<const FieldDecl *, llvm::SetVector<const FunctionDecl *>>
      Fields;
  for (const auto &[At, Functions] : All)
    if (const auto *Field = dyn_cast<FieldDecl>(At.first))
      if (isa<ClassTemplateSpecializationDecl>(Field->getParent()))
        Fields[Field].insert(Functions.begin(), Functions.end());
  return Fields;
}
