//===- GuardFacts.cpp - What functions do to what they are given ----------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/GuardFacts.h"

#include "analysis/Places.h"

#include "clang/AST/ExprCXX.h"

using namespace clang;
using namespace gvlsan;

GuardFacts::GuardFacts(RuleUnit &Unit) : Unit(Unit) { findCollecting(); }

GuardFacts::Own &GuardFacts::own(const FunctionDecl *Function) {
  auto [It, New] = Owns.try_emplace(Function);
  if (New)
    for (const CallExpr *Call : callsIn(Function->getBody()))
      It->second.Calls.push_back({Call, calleeOf(Call, Unit.Context)});
  return It->second;
}

const FunctionText &GuardFacts::text(const FunctionDecl *Function) {
  return Unit.Code.text(Function);
}

void GuardFacts::findCollecting() {
  // Levels only rise, so that this ends.
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const FunctionDecl *F : Unit.Code.definitions()) {
      Own &O = own(F);
      if (O.Level == Collects::Often)
        continue;
      for (const auto &[Call, Callee] : O.Calls) {
        Collects Level = Collects::Never;
        if (Callee && !Unit.Code.ownDefinition(Callee)) {
          // What does not come back leaves nobody to use a pointer.
          if (Callee->isNoReturn())
            continue;
          if (const FunctionFacts *Facts = Unit.Code.facts(Callee))
            Level = Facts->collects();
        } else if (Callee) {
          auto It = Owns.find(Unit.Code.ownDefinition(Callee));
          if (It != Owns.end())
            Level = It->second.Level;
        }
        if (Level > O.Level) {
          O.Level = Level;
          O.Through = Call;
          Changed = true;
        }
      }
    }
  }
}

Collects GuardFacts::collects(const FunctionDecl *Callee,
                              const CallExpr *Call) {
  if (!Callee) {
    // A table's functions: one of them may.
    const Expr *Through =
        Call ? Call->getCallee()->IgnoreParenImpCasts() : nullptr;
    if (const auto *Member = dyn_cast_or_null<MemberExpr>(Through))
      if (const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl()))
        for (const FunctionDecl *F : Unit.Code.storedIn(Field))
          if (collects(F, nullptr) != Collects::Never)
            return Collects::Seldom;
    return Collects::Never;
  }
  if (const FunctionDecl *Definition = Unit.Code.ownDefinition(Callee)) {
    Own &O = own(Definition);
    if (O.Level == Collects::Never && collectsElsewhere(Definition))
      return Collects::Often;
    return O.Level;
  }
  if (const FunctionFacts *Facts = Unit.Code.facts(Callee))
    return Facts->collects();
  return Unit.known("G1 collects " + nameOf(Callee)) ? Collects::Often
                                                     : Collects::Never;
}

bool GuardFacts::collectsElsewhere(const FunctionDecl *Function) {
  std::set<const FunctionDecl *> Seen{Function};
  llvm::SmallVector<const FunctionDecl *, 8> Work{Function};
  while (!Work.empty())
    for (const auto &[Call, Callee] : own(Work.pop_back_val()).Calls) {
      if (!Callee)
        continue;
      if (const FunctionDecl *Next = Unit.Code.ownDefinition(Callee)) {
        if (Seen.insert(Next).second)
          Work.push_back(Next);
      } else if (Unit.Code.isForeign(Callee) && !Unit.Code.facts(Callee) &&
                 Unit.known("G1 collects " + nameOf(Callee))) {
        return true;
      }
    }
  return false;
}

const CallExpr *GuardFacts::collectingCall(const FunctionDecl *Function) {
  return own(Function).Through;
}

bool GuardFacts::keeps(const FunctionDecl *Callee, unsigned N) {
  if (const FunctionDecl *Definition = Unit.Code.ownDefinition(Callee))
    return keepsParameter(Definition, N);
  if (const FunctionFacts *Facts = Unit.Code.facts(Callee))
    return Facts->Lock == LockNeed::Needs && Facts->keeps(static_cast<int>(N));
  return true;
}

bool GuardFacts::keepsParameter(const FunctionDecl *Function, unsigned N) {
  if (N >= Function->getNumParams())
    return true;
  auto [It, New] = Kept.try_emplace({Function, N}, false);
  if (!New)
    return It->second;
  const FunctionText &Text = text(Function);
  auto IsKeptAt = [&](const DeclRefExpr *Ref) {
    const Stmt *At = Ref;
    for (const Stmt *Up = Text.parent(At); Up; At = Up, Up = Text.parent(Up)) {
      if (const auto *Call = dyn_cast<CallExpr>(Up)) {
        const FunctionDecl *Callee = calleeOf(Call, Unit.Context);
        for (unsigned I = 0; I < Call->getNumArgs(); ++I)
          if (Call->getArg(I) == At)
            return !Callee || keeps(Callee, I);
        return false;
      }
      if (const auto *Op = dyn_cast<BinaryOperator>(Up)) {
        if (Op->getOpcode() == BO_Comma)
          continue;
        if (Op->getOpcode() != BO_Assign || Op->getRHS() != At)
          return false;
        // What only it refers to itself keeps nothing.
        const auto *Member = dyn_cast<MemberExpr>(Op->getLHS()->IgnoreParens());
        const auto *Field =
            Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
        return !Field || !isValueType(Field->getType()) || !holdsItself(Field);
      }
      if (const auto *Op = dyn_cast<UnaryOperator>(Up)) {
        if (Op->getOpcode() == UO_AddrOf || Op->getOpcode() == UO_Extension)
          continue;
        return false;
      }
      if (isa<DeclStmt>(Up)) {
        for (const Decl *D : cast<DeclStmt>(Up)->decls())
          if (const auto *V = dyn_cast<VarDecl>(D); V && V->getInit() == At)
            return isValueType(V->getType());
        return false;
      }
      if (isa<InitListExpr, LambdaExpr, CXXConstructExpr>(Up))
        return true;
      // A look into the slot, a condition, the result.
      if (!isa<ParenExpr, CastExpr, ConditionalOperator, StmtExpr>(Up))
        return false;
    }
    return false;
  };
  bool Result =
      llvm::any_of(Text.mentions(Function->getParamDecl(N)), IsKeptAt);
  return Kept[{Function, N}] = Result;
}

bool GuardFacts::isLate(const FunctionDecl *Callee, unsigned N) {
  if (Unit.Code.ownDefinition(Callee)) {
    const GuardSummary *Own = summary(Callee);
    return Own && Own->Late.count(N);
  }
  if (const FunctionFacts *Facts = Unit.Code.facts(Callee)) {
    if (Facts->collects() == Collects::Never ||
        Facts->isEarly(static_cast<int>(N)))
      return false;
    return N >= Callee->getNumParams()
               ? Callee->isVariadic()
               : Callee->getParamDecl(N)->getType()->isPointerType();
  }
  return Unit.known("G1 late " + std::to_string(N) + " " + nameOf(Callee));
}

bool GuardFacts::holdsItself(const FieldDecl *F) {
  if (!Types)
    Types.emplace(Unit.inventory());
  return Types->holdsItself(F);
}

const GuardSummary *GuardFacts::summary(const FunctionDecl *Callee) {
  const FunctionDecl *Definition = Unit.Code.ownDefinition(Callee);
  const GuardFlow *Flow = Definition ? flow(Definition) : nullptr;
  return Flow ? &Flow->summary() : nullptr;
}

const GuardFlow *GuardFacts::flow(const FunctionDecl *Function) {
  Own &O = own(Function);
  if (O.Flow && !O.Running)
    return O.Flow.get();
  if (O.Running || O.Failed)
    return nullptr;
  O.Failed = true;
  Body *Graph = Unit.Code.body(Function);
  if (!Graph)
    return nullptr;
  O.Running = true;
  O.Flow = std::make_unique<GuardFlow>(Unit.Code, Unit.Model, *Graph,
                                       text(Function), Function, *this);
  bool Settled = O.Flow->run();
  O.Running = false;
  if (!Settled) {
    O.Flow.reset();
    return nullptr;
  }
  O.Failed = false;
  return O.Flow.get();
}

void GuardFacts::tell() {
  for (const FunctionDecl *F : Unit.Code.definitions()) {
    if (!F->isExternallyVisible() || F->isInlined())
      continue;
    Own &O = own(F);
    if (O.Level == Collects::Often || collectsElsewhere(F))
      Unit.tell("G1 collects " + nameOf(F));
    if (O.Flow)
      for (const auto &[N, Where] : O.Flow->summary().Late)
        Unit.tell("G1 late " + std::to_string(N) + " " + nameOf(F));
  }
}
