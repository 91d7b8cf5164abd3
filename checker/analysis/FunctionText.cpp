//===- FunctionText.cpp - What is written in a function -------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/FunctionText.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;
using namespace gvlsan;

const FunctionDecl *gvlsan::calleeOf(const CallExpr *Call,
                                     const ASTContext &Context) {
  if (const FunctionDecl *Direct = Call->getDirectCallee())
    return Direct;
  const Expr *E = Call->getCallee()->IgnoreParenCasts();
  while (const auto *Choice = dyn_cast<ConditionalOperator>(E)) {
    bool Value;
    if (Choice->getCond()->isValueDependent() ||
        !Choice->getCond()->EvaluateAsBooleanCondition(Value, Context))
      Value = false;
    E = (Value ? Choice->getTrueExpr() : Choice->getFalseExpr())
            ->IgnoreParenCasts();
  }
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    return dyn_cast<FunctionDecl>(Ref->getDecl());
  return nullptr;
}

static void addCalls(const Stmt *S, std::vector<const CallExpr *> &Into) {
  if (const auto *Call = dyn_cast<CallExpr>(S))
    Into.push_back(Call);
  if (!isa<LambdaExpr>(S))
    for (const Stmt *Child : S->children())
      if (Child)
        addCalls(Child, Into);
}

std::vector<const CallExpr *> gvlsan::callsIn(const Stmt *Body) {
  std::vector<const CallExpr *> Calls;
  addCalls(Body, Calls);
  return Calls;
}

FunctionText::FunctionText(const Stmt *Body) {
  walk(Body, nullptr, Body);
  for (const auto &[V, Refs] : Mentions)
    for (const DeclRefExpr *Ref : Refs) {
      const Stmt *At = Ref;
      const Stmt *Up = parent(At);
      // `&v.field` and `&v[1]` lead to v as well.
      while (Up &&
             (isa<ParenExpr>(Up) ||
              (isa<MemberExpr>(Up) && !cast<MemberExpr>(Up)->isArrow()) ||
              (isa<ArraySubscriptExpr>(Up) && !V->getType()->isPointerType()) ||
              (isa<ImplicitCastExpr>(Up) &&
               cast<ImplicitCastExpr>(Up)->getCastKind() == CK_NoOp))) {
        At = Up;
        Up = parent(Up);
      }
      bool Taken = false;
      if (const auto *Op = dyn_cast_or_null<UnaryOperator>(Up))
        Taken = Op->getOpcode() == UO_AddrOf;
      else if (const auto *Cast = dyn_cast_or_null<ImplicitCastExpr>(Up))
        Taken = Cast->getCastKind() == CK_ArrayToPointerDecay;
      else if (isa_and_nonnull<CallExpr, CXXConstructExpr>(Up))
        // Bound to a reference.
        Taken = true;
      if (Taken && (isa<CallExpr, CXXConstructExpr>(Up) || leaks(Up)))
        AddressKnown[V] = true;
    }
}

void FunctionText::walk(const Stmt *S, const Stmt *Parent, const Stmt *Scope) {
  if (!S)
    return;
  Parents[S] = Parent;
  if (isa<CompoundStmt, ForStmt, WhileStmt, IfStmt, SwitchStmt, CXXForRangeStmt,
          CXXCatchStmt>(S))
    Scope = S;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
    if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
      Mentions[V->getCanonicalDecl()].push_back(Ref);
  if (const auto *Declares = dyn_cast<DeclStmt>(S))
    for (const Decl *D : Declares->decls())
      if (const auto *V = dyn_cast<VarDecl>(D))
        Scopes[V->getCanonicalDecl()] = Scope;
  // What a lambda does, it does when it is called.
  if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
    for (const LambdaCapture &Capture : Lambda->captures())
      if (Capture.capturesVariable())
        if (const auto *V = dyn_cast<VarDecl>(Capture.getCapturedVar()))
          AddressKnown[V->getCanonicalDecl()] = true;
    return;
  }
  for (const Stmt *Child : S->children())
    walk(Child, S, Scope);
}

bool FunctionText::leaks(const Stmt *E) const {
  for (const Stmt *Up = parent(E); Up; E = Up, Up = parent(Up)) {
    if (isa<ParenExpr, CastExpr, ConditionalOperator, StmtExpr>(Up))
      continue;
    if (const auto *Op = dyn_cast<UnaryOperator>(Up))
      return Op->getOpcode() == UO_AddrOf;
    if (isa<ArraySubscriptExpr, MemberExpr>(Up))
      return false;
    if (const auto *Op = dyn_cast<BinaryOperator>(Up)) {
      if (Op->getOpcode() == BO_Comma && Op->getLHS() == E)
        return false;
      if (Op->isAdditiveOp() || Op->getOpcode() == BO_Comma)
        continue;
      return Op->isAssignmentOp() && Op->getRHS() == E;
    }
    if (const auto *Declares = dyn_cast<DeclStmt>(Up)) {
      // A pointer of its own, which may only be followed.
      for (const Decl *D : Declares->decls())
        if (const auto *V = dyn_cast<VarDecl>(D); V && V->getInit() == E)
          for (const DeclRefExpr *Ref : mentions(V))
            if (!isWithin(Ref, E) && leaks(Ref))
              return true;
      return false;
    }
    // Inline assembly sees the pointer, and is not told of what it leads to.
    return isa<CallExpr, CXXConstructExpr, InitListExpr, ReturnStmt>(Up);
  }
  return false;
}

bool FunctionText::isInScope(const VarDecl *V, const Stmt *S) const {
  const Stmt *Scope = Scopes.lookup(V->getCanonicalDecl());
  // A parameter.
  return !Scope || isWithin(S, Scope);
}

bool FunctionText::isWithin(const Stmt *S, const Stmt *Outer) const {
  for (; S; S = parent(S))
    if (S == Outer)
      return true;
  return false;
}

llvm::ArrayRef<const DeclRefExpr *>
FunctionText::mentions(const VarDecl *V) const {
  auto It = Mentions.find(V->getCanonicalDecl());
  if (It == Mentions.end())
    return {};
  return It->second;
}

const Stmt *FunctionText::statementOf(const Stmt *S) const {
  for (const Stmt *Up = parent(S); Up; S = Up, Up = parent(Up))
    if (isa<CompoundStmt>(Up) && !isa_and_nonnull<StmtExpr>(parent(Up)))
      return S;
  return nullptr;
}
