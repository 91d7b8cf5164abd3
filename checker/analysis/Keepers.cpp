//===- Keepers.cpp - Functions that keep objects --------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Keepers.h"

#include "analysis/Places.h"
#include "analysis/SourceText.h"

using namespace clang;
using namespace gvlsan;

std::string Keepers::fact(const FunctionDecl *F, unsigned I) {
  return "H2 keeps " + linkName(F) + " " + std::to_string(I);
}

/// The parameter of its function that \p E is, with its type.
static const ParmVarDecl *objectParameter(const Expr *E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(valueOf(E));
  const auto *P = Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
  return P && isValueType(P->getType()) ? P : nullptr;
}

Keepers::Keepers(RuleUnit &Unit) : Unit(Unit), Seen(Unit.inventory()) {
  auto Add = [&](const FunctionDecl *In, const ParmVarDecl *P) {
    return In && P &&
           Known.insert({In->getCanonicalDecl(), P->getFunctionScopeIndex()})
               .second;
  };
  for (const Assignment &A : Seen.Assignments) {
    // A local's own memory goes with the frame.
    const VarDecl *To = A.Target ? spotOf(A.Target).Variable : nullptr;
    if (A.Target && !(To && To->hasLocalStorage()))
      Add(A.In, objectParameter(A.Value));
  }
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const Call &C : Seen.Calls)
      for (unsigned I = 0; I < C.Expr->getNumArgs(); ++I)
        if (const ParmVarDecl *P = objectParameter(C.Expr->getArg(I)))
          if (keeps(C, I))
            Changed |= Add(C.In, P);
  }
  for (const auto &[F, I] : Known)
    if (F->isExternallyVisible())
      Unit.tell(fact(F, I));
}

bool Keepers::keeps(const Call &C, unsigned I) {
  if (const FunctionFacts *Facts = Seen.facts(C))
    return (Facts->Does == Effect::Roots &&
            Facts->DoesTo == static_cast<int>(I)) ||
           (Facts->Marks != Marking::None &&
            Facts->MarksArg == static_cast<int>(I));
  return mayKeep(C, I);
}

bool Keepers::mayKeep(const Call &C, unsigned I) {
  if (Seen.facts(C))
    return false;
  if (!C.Callee)
    return true;
  return Seen.Code.ownDefinition(C.Callee)
             ? Known.count({C.Callee->getCanonicalDecl(), I}) != 0
             : Seen.Code.isForeign(C.Callee) && Unit.known(fact(C.Callee, I));
}
