//===- Contracts.cpp - What annotations say, and that it is kept ----------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Contracts.h"

#include "analysis/Interpreter.h"

#include "clang/AST/Attr.h"

using namespace clang;
using namespace gvlsan;

namespace {
struct Word {
  StringRef Text;
  bool Contract::*Says;
};
} // namespace

static constexpr Word Words[] = {
    {"requires", &Contract::Requires},
    {"nogvl", &Contract::NoGvl},
    {"excludes", &Contract::Excludes},
    {"releases", &Contract::Releases},
    {"acquires", &Contract::Acquires},
    {"asserts", &Contract::Asserts},
    {"guarded", &Contract::Guarded},
    {"pt_guarded", &Contract::PointeeGuarded},
};

Contract gvlsan::contractOf(const Decl *D) {
  Contract C;
  if (!D || !D->hasAttrs())
    return C;
  for (const auto *A : D->specific_attrs<AnnotateAttr>()) {
    StringRef Text = A->getAnnotation();
    if (!Text.consume_front("gvlsan:"))
      continue;
    for (const Word &W : Words)
      if (Text == W.Text)
        C.*W.Says = true;
  }
  return C;
}

void Interpreter::settle(State &S, const Contract &Said) {
  if (Said.Releases)
    S.Gvl = Lock::Released;
  else if (Said.Acquires || Said.Asserts)
    S.Gvl = Lock::Held;
}

Lock Interpreter::obey(Frame &F, State &S, const Contract &Said,
                       const FunctionDecl &Callee, const Expr &Site) {
  std::string Name = Callee.getNameAsString();
  if (Said.Releases)
    F.ReleasedAt = &Site;
  if (Said.Requires || Said.Asserts) {
    // Held on some way is enough to assert it: that is what it is for.
    if (S.Gvl == Lock::Released || (Said.Requires && isReleased(S)))
      report(F, S, RuleId::R1_api, Severity::Error, &Site,
             Said.Asserts ? "the GVL is asserted here, and is not held"
                          : Name + " is called without the GVL, which it "
                                   "is declared to require",
             "", {});
    return Lock::Held;
  }
  if (Said.Excludes && S.Gvl != Lock::Released) {
    // That it may be held is what every function of the API is called with.
    if (S.Gvl == Lock::Held)
      report(F, S, RuleId::W1, Severity::Error, &Site,
             Name + " is called with the GVL held, which it is declared to "
                    "exclude",
             "", {});
    return Lock::Released;
  }
  return S.Gvl;
}

/// The variable or field that \p E names.
static const ValueDecl *named(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    return Ref->getDecl();
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    return Member->getMemberDecl();
  return nullptr;
}

/// The pointer through which \p E, an lvalue, is reached; null for none.
static const Expr *pointerTo(const Expr *E) {
  E = E->IgnoreParens();
  if (const auto *Unary = dyn_cast<UnaryOperator>(E))
    return Unary->getOpcode() == UO_Deref ? Unary->getSubExpr() : nullptr;
  if (const auto *Element = dyn_cast<ArraySubscriptExpr>(E))
    return Element->getBase();
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    return Member->isArrow() ? Member->getBase() : nullptr;
  return nullptr;
}

void Interpreter::judgeGuarded(Frame &F, State &S, const Expr &E) {
  if (!isReleased(S))
    return;
  // What is used: an lvalue that is read, written, or both. Taking an address
  // uses nothing.
  const Expr *Used = nullptr;
  if (const auto *Cast = dyn_cast<ImplicitCastExpr>(&E)) {
    if (Cast->getCastKind() == CK_LValueToRValue)
      Used = Cast->getSubExpr();
  } else if (const auto *Binary = dyn_cast<BinaryOperator>(&E)) {
    if (Binary->isAssignmentOp())
      Used = Binary->getLHS();
  } else if (const auto *Unary = dyn_cast<UnaryOperator>(&E)) {
    if (Unary->isIncrementDecrementOp())
      Used = Unary->getSubExpr();
  }
  if (!Used)
    return;
  const ValueDecl *Data = named(Used);
  std::string What;
  if (Data && contractOf(Data).Guarded) {
    What = "'" + Data->getNameAsString() + "'";
  } else {
    const Expr *Pointer = pointerTo(Used);
    Data = Pointer ? named(Pointer) : nullptr;
    if (!Data || !contractOf(Data).PointeeGuarded)
      return;
    What = "what '" + Data->getNameAsString() + "' points to";
  }
  report(F, S, RuleId::R4, Severity::Error, Used,
         What + " is declared to be guarded by the GVL, and is used without it",
         "", {});
}
