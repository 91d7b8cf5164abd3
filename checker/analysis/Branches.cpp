//===- Branches.cpp - Which code excludes which ---------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Branches.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

/// Whether control leaves the function at the end of \p S, if it comes there.
static bool leaves(const Stmt *S) {
  const auto *Block = dyn_cast<CompoundStmt>(S);
  const Stmt *Last = Block && !Block->body_empty() ? Block->body_back() : S;
  return isa<ReturnStmt, CXXThrowExpr>(Last);
}

bool gvlsan::areExclusive(const ASTContext &Context, const Stmt *Body,
                          SourceLocation A, SourceLocation B) {
  const SourceManager &SM = Context.getSourceManager();
  A = SM.getExpansionLoc(A);
  B = SM.getExpansionLoc(B);
  auto Holds = [&](const Stmt *S, SourceLocation Loc) {
    SourceLocation Begin = SM.getExpansionLoc(S->getBeginLoc());
    SourceLocation End = SM.getExpansionRange(S->getEndLoc()).getEnd();
    return SM.isPointWithin(Loc, Begin, End);
  };
  llvm::SmallVector<const Stmt *, 32> Work{Body};
  while (!Work.empty()) {
    const Stmt *S = Work.pop_back_val();
    if (!S || !Holds(S, A) || !Holds(S, B))
      continue;
    const Stmt *Then = nullptr, *Else = nullptr;
    if (const auto *If = dyn_cast<IfStmt>(S)) {
      Then = If->getThen();
      Else = If->getElse();
    } else if (const auto *Choice = dyn_cast<ConditionalOperator>(S)) {
      Then = Choice->getTrueExpr();
      Else = Choice->getFalseExpr();
    }
    if (Then && Else &&
        ((Holds(Then, A) && Holds(Else, B)) ||
         (Holds(Then, B) && Holds(Else, A))))
      return true;
    // What stands behind a branch that ends in a return.
    if (const auto *Block = dyn_cast<CompoundStmt>(S))
      for (const Stmt *Each : Block->body())
        if (const auto *If = dyn_cast<IfStmt>(Each);
            If && leaves(If->getThen()) &&
            Holds(If->getThen(), A) != Holds(If->getThen(), B) &&
            !(Holds(If->getCond(), A) || Holds(If->getCond(), B))) {
          SourceLocation Other = Holds(If->getThen(), A) ? B : A;
          if (SM.isBeforeInTranslationUnit(
                  SM.getExpansionRange(If->getThen()->getEndLoc()).getEnd(),
                  Other))
            return true;
        }
    Work.append(S->child_begin(), S->child_end());
  }
  return false;
}
