//===- LockFlags.cpp - Flags that say who holds the lock ------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/LockFlags.h"

#include "analysis/Branches.h"

#include "clang/AST/RecursiveASTVisitor.h"

using namespace clang;
using namespace gvlsan;

namespace {

class Collector : public RecursiveASTVisitor<Collector> {
public:
  explicit Collector(Program &Code) : Code(Code) {}

  struct Run {
    const CallExpr *Call;
    const ValueDecl *What;
  };
  llvm::SmallVector<Run> Direct, Relocked, Released;

  bool VisitCallExpr(CallExpr *Call) {
    if (const ValueDecl *Callee = named(Call->getCallee()))
      Direct.push_back({Call, Callee});
    const FunctionDecl *Callee = Call->getDirectCallee();
    const FunctionFacts *Facts = Callee ? Code.facts(Callee) : nullptr;
    if (!Facts)
      return true;
    for (const Callback &C : Facts->Calls)
      if (C.Function >= 0 && C.Function < static_cast<int>(Call->getNumArgs()))
        if (const ValueDecl *What = named(Call->getArg(C.Function))) {
          if (Facts->TakesLock)
            Relocked.push_back({Call, What});
          else if (C.isRegion())
            Released.push_back({Call, What});
        }
    return true;
  }

private:
  /// A function, or the variable that holds one.
  static const ValueDecl *named(const Expr *E) {
    E = E->IgnoreParenCasts();
    if (const auto *Unary = dyn_cast<UnaryOperator>(E);
        Unary &&
        (Unary->getOpcode() == UO_Deref || Unary->getOpcode() == UO_AddrOf))
      E = Unary->getSubExpr()->IgnoreParenCasts();
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
      return cast<ValueDecl>(Ref->getDecl()->getCanonicalDecl());
    return nullptr;
  }

  Program &Code;
};

} // namespace

ChosenByLock gvlsan::callsChosenByLock(Program &Code, const FunctionDecl *F) {
  Collector Found(Code);
  Found.TraverseStmt(F->getBody());
  ChosenByLock Calls;
  for (const Collector::Run &D : Found.Direct) {
    auto IsOther = [&](const Collector::Run &R) {
      // Perhaps by way of a function that unpacks its arguments.
      const auto *Handed = dyn_cast<FunctionDecl>(R.What);
      const auto *Called = dyn_cast<FunctionDecl>(D.What);
      return (R.What == D.What ||
              (Handed && Called && Code.mentions(Handed, Called))) &&
             areExclusive(F->getASTContext(), F->getBody(),
                          D.Call->getExprLoc(), R.Call->getExprLoc());
    };
    for (const Collector::Run &R : Found.Relocked)
      if (IsOther(R)) {
        Calls.WithLock.insert(D.Call);
        Calls.WithoutLock.insert(R.Call);
      }
    for (const Collector::Run &R : Found.Released)
      if (IsOther(R))
        Calls.WithLock.insert(R.Call);
  }
  return Calls;
}
