//===- Branches.cpp - Which code excludes which ---------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Branches.h"

#include "clang/Basic/SourceManager.h"

using namespace clang;

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
    if (const auto *If = dyn_cast<IfStmt>(S); If && If->getElse()) {
      const Stmt *Then = If->getThen(), *Else = If->getElse();
      if ((Holds(Then, A) && Holds(Else, B)) ||
          (Holds(Then, B) && Holds(Else, A)))
        return true;
    }
    Work.append(S->child_begin(), S->child_end());
  }
  return false;
}
