//===- Liveness.cpp - Is a variable used after a call? --------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Liveness.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"

using namespace clang;
using namespace gvlsan;

Liveness::Liveness(const CFG &Graph) {
  for (const CFGBlock *Block : Graph) {
    unsigned Index = 0;
    for (const CFGElement &Element : *Block) {
      if (auto Statement = Element.getAs<CFGStmt>()) {
        const Stmt *S = Statement->getStmt();
        if (const auto *E = dyn_cast<Expr>(S))
          Calls[E] = {Block, Index};
        if (const auto *Assign = dyn_cast<BinaryOperator>(S))
          if (Assign->getOpcode() == BO_Assign)
            Assigned[Assign->getLHS()->IgnoreParens()] = true;
      }
      ++Index;
    }
  }
}

bool Liveness::isUsedAfter(const VarDecl *V, const Expr *Call) {
  auto [It, New] = Answers.try_emplace({V, Call});
  if (New)
    It->second = search(V, Call);
  return It->second;
}

bool Liveness::search(const VarDecl *V, const Expr *Call) const {
  auto Start = Calls.find(Call);
  if (Start == Calls.end())
    return true;
  V = V->getCanonicalDecl();

  enum Effect { Nothing, Use, Kill };
  auto EffectOf = [&](const CFGElement &Element) {
    auto Statement = Element.getAs<CFGStmt>();
    if (!Statement)
      return Nothing;
    const Stmt *S = Statement->getStmt();
    if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
      if (Ref->getDecl()->getCanonicalDecl() == V && !Assigned.count(Ref))
        return Use;
    if (const auto *Lambda = dyn_cast<LambdaExpr>(S))
      for (const LambdaCapture &Capture : Lambda->captures())
        if (Capture.capturesVariable() &&
            Capture.getCapturedVar()->getCanonicalDecl() == V)
          return Use;
    if (const auto *Assign = dyn_cast<BinaryOperator>(S))
      if (Assign->getOpcode() == BO_Assign)
        if (const auto *Ref =
                dyn_cast<DeclRefExpr>(Assign->getLHS()->IgnoreParens()))
          if (Ref->getDecl()->getCanonicalDecl() == V)
            return Kill;
    if (const auto *Declares = dyn_cast<DeclStmt>(S))
      for (const Decl *D : Declares->decls())
        if (D->getCanonicalDecl() == V)
          return Kill;
    return Nothing;
  };

  llvm::SmallPtrSet<const CFGBlock *, 32> Seen;
  llvm::SmallVector<Point, 32> Work{
      {Start->second.Block, Start->second.Index + 1}};
  while (!Work.empty()) {
    Point P = Work.pop_back_val();
    bool Killed = false;
    for (unsigned I = P.Index; I < P.Block->size() && !Killed; ++I)
      switch (EffectOf((*P.Block)[I])) {
      case Use:
        return true;
      case Kill:
        Killed = true;
        break;
      case Nothing:
        break;
      }
    if (Killed)
      continue;
    for (const CFGBlock *Next : P.Block->succs())
      if (Next && Seen.insert(Next).second)
        Work.push_back({Next, 0});
  }
  return false;
}
