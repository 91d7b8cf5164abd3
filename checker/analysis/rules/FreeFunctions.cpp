//===- FreeFunctions.cpp - D1, K2: what runs in the sweep -----------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A dfree that runs in the sweep, with all that it calls: does it look into an
/// object, allocate, or hand an object's bytes to the kernel? Branches that the
/// constants which it passes decide are not taken.
///
//===----------------------------------------------------------------------===//

#include "analysis/DataTypes.h"
#include "analysis/Places.h"
#include "analysis/RuleUnit.h"
#include "analysis/SourceText.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;
using namespace gvlsan;

namespace {

/// A call on the way from dfree.
struct Step {
  const FunctionDecl *Function = nullptr;
  SourceLocation CalledAt;
  const Step *From = nullptr;
  /// The parameters that are known constants.
  std::map<const VarDecl *, int64_t> Constants;
};

class Judge {
public:
  explicit Judge(RuleUnit &Unit)
      : Unit(Unit), Seen(Unit.inventory()), Types(Seen) {}

  void run() {
    for (const DataType &T : Types.All) {
      const FunctionDecl *F = T.Free.Function;
      if (!T.Immediate || !F)
        continue;
      Unit.looked("dfree functions that run in the sweep (D1, K2)");
      if (Seen.Code.ownDefinition(F))
        enter({F, T.Where, nullptr, {}});
      else
        Unit.tell(sweeps(F));
    }
    for (const FunctionDecl *F : Seen.Code.definitions())
      if (F->isExternallyVisible() &&
          !Entered.contains(F->getCanonicalDecl()) && Unit.known(sweeps(F)))
        enter({F, F->getLocation(), nullptr, {}});
  }

private:
  static std::string sweeps(const FunctionDecl *F) {
    return "D1 sweeps " + qualifiedName(F);
  }

  void enter(const Step &S);
  void judgeCall(const Step &S, const CallExpr *Call);
  void follow(const Step &S, const FunctionDecl *Callee, const CallExpr *Call);
  bool evaluate(const Step &S, const Expr *E, int64_t &Value);
  /// The accessor through which \p E leads to an object's bytes, or nullptr.
  const CallExpr *bytesIn(const Expr *E, unsigned Depth = 0);
  Finding start(const Step &S, RuleId Rule, const Expr *At, Severity Level);

  class Body;

  RuleUnit &Unit;
  Inventory &Seen;
  DataTypes Types;
  llvm::DenseSet<const FunctionDecl *> Entered;
  std::set<std::pair<const Expr *, RuleId>> Reported;
};

/// Walks what a function does, given what is constant.
class Judge::Body : public RecursiveASTVisitor<Body> {
public:
  Body(Judge &J, const Step &S) : J(J), S(S) {}

  bool TraverseIfStmt(IfStmt *If) {
    int64_t Value;
    if (!J.evaluate(S, If->getCond(), Value))
      return RecursiveASTVisitor::TraverseIfStmt(If);
    return TraverseStmt(Value ? If->getThen() : If->getElse());
  }
  bool TraverseConditionalOperator(ConditionalOperator *Choice) {
    int64_t Value;
    if (!J.evaluate(S, Choice->getCond(), Value))
      return RecursiveASTVisitor::TraverseConditionalOperator(Choice);
    return TraverseStmt(Value ? Choice->getTrueExpr() : Choice->getFalseExpr());
  }
  // A lambda is run where it is called.
  bool TraverseLambdaExpr(LambdaExpr *) { return true; }

  bool VisitCallExpr(CallExpr *Call) {
    J.judgeCall(S, Call);
    return true;
  }
  bool VisitMemberExpr(MemberExpr *Member) {
    const auto *F = dyn_cast<FieldDecl>(Member->getMemberDecl());
    if (!F || !Member->isArrow() ||
        !J.Seen.Model.isSlot(F->getParent()->getName()) ||
        !J.Reported.insert({Member, RuleId::D1}).second)
      return true;
    Finding Out = J.start(S, RuleId::D1, Member, Severity::Error);
    Out.Message = "'" + F->getNameAsString() +
                  "' of another object is used in a dfree that runs in the "
                  "sweep: that object may be freed or moved already";
    J.Unit.report(std::move(Out));
    return true;
  }

private:
  Judge &J;
  const Step &S;
};

void Judge::enter(const Step &S) {
  const FunctionDecl *Own = Seen.Code.ownDefinition(S.Function);
  if (!Own)
    return;
  // With other constants it may take other branches.
  bool New = Entered.insert(S.Function->getCanonicalDecl()).second;
  unsigned Depth = 0;
  for (const Step *Up = S.From; Up; Up = Up->From, ++Depth)
    if (Up->Function->getCanonicalDecl() == S.Function->getCanonicalDecl())
      return;
  if (!New && S.Constants.empty())
    return;
  static constexpr unsigned MaxDepth = 12;
  if (Depth > MaxDepth)
    return;
  Body(*this, S).TraverseStmt(Own->getBody());
}

bool Judge::evaluate(const Step &S, const Expr *E, int64_t &Value) {
  E = E->IgnoreParenImpCasts();
  if (const auto *Not = dyn_cast<UnaryOperator>(E);
      Not && Not->getOpcode() == UO_LNot) {
    if (!evaluate(S, Not->getSubExpr(), Value))
      return false;
    Value = !Value;
    return true;
  }
  if (const auto *Binary = dyn_cast<BinaryOperator>(E);
      Binary && (Binary->isEqualityOp() || Binary->isLogicalOp())) {
    int64_t L = 0, R = 0;
    bool HasL = evaluate(S, Binary->getLHS(), L);
    bool HasR = evaluate(S, Binary->getRHS(), R);
    switch (Binary->getOpcode()) {
    case BO_LAnd:
      Value = L && R;
      return (HasL && HasR) || (HasL && !L) || (HasR && !R);
    case BO_LOr:
      Value = L || R;
      return (HasL && HasR) || (HasL && L) || (HasR && R);
    default:
      Value = (L == R) == (Binary->getOpcode() == BO_EQ);
      return HasL && HasR;
    }
  }
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl())) {
      auto It = S.Constants.find(V->getCanonicalDecl());
      if (It == S.Constants.end())
        return false;
      Value = It->second;
      return true;
    }
  Expr::EvalResult Result;
  if (!E->getType()->isIntegralOrEnumerationType() ||
      !E->EvaluateAsInt(Result, Seen.Context))
    return false;
  Value = Result.Val.getInt().getExtValue();
  return true;
}

void Judge::follow(const Step &S, const FunctionDecl *Callee,
                   const CallExpr *Call) {
  Step Next{Callee, Call->getExprLoc(), &S, {}};
  const FunctionDecl *Own = Seen.Code.ownDefinition(Callee);
  for (unsigned I = 0; Own && I < Own->getNumParams(); ++I) {
    int64_t Value;
    const ParmVarDecl *P = Own->getParamDecl(I);
    if (calleeOf(Call) == Callee->getCanonicalDecl() &&
        I < Call->getNumArgs() && Seen.assignmentsTo(P).empty() &&
        evaluate(S, Call->getArg(I), Value))
      Next.Constants[P->getCanonicalDecl()] = Value;
  }
  enter(Next);
}

const CallExpr *Judge::bytesIn(const Expr *E, unsigned Depth) {
  E = valueOf(E);
  if (Depth > 4)
    return nullptr;
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    const FunctionDecl *Callee = calleeOf(Call);
    const FunctionFacts *Facts = Callee ? Seen.Code.facts(Callee) : nullptr;
    return Facts && (Facts->Returns == Result::Bytes ||
                     Facts->Returns == Result::BytesAt)
               ? Call
               : nullptr;
  }
  if (const auto *Sum = dyn_cast<BinaryOperator>(E))
    return Sum->isAdditiveOp() ? bytesIn(Sum->getLHS(), Depth + 1) : nullptr;
  if (const VarDecl *V = spotOf(E).Variable)
    for (unsigned I : Seen.assignmentsTo(V))
      if (const CallExpr *Found = bytesIn(Seen.Assignments[I].Value, Depth + 1))
        return Found;
  return nullptr;
}

void Judge::judgeCall(const Step &S, const CallExpr *Call) {
  const FunctionDecl *Callee = calleeOf(Call);
  for (const Expr *Arg : Call->arguments())
    if (const FunctionDecl *F = functionIn(Arg); F && F != Callee)
      follow(S, F->getCanonicalDecl(), Call);
  if (!Callee) {
    if (const auto *Member =
            dyn_cast<MemberExpr>(Call->getCallee()->IgnoreParenCasts()))
      if (const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl()))
        for (const FunctionDecl *F : Seen.Code.storedIn(Field))
          follow(S, F, Call);
    return;
  }
  const FunctionFacts *Facts = Seen.Code.facts(Callee);
  if (!Facts) {
    if (Seen.Code.ownDefinition(Callee))
      follow(S, Callee, Call);
    else if (!Callee->getBuiltinID() &&
             !Seen.Context.getSourceManager().isInSystemHeader(
                 Callee->getLocation()))
      Unit.tell(sweeps(Callee));
    return;
  }
  if (Facts->Kernel && Facts->Lock == LockNeed::None) {
    llvm::SmallVector<int, 4> Handed(Facts->Reads.begin(), Facts->Reads.end());
    Handed.append(Facts->Writes.begin(), Facts->Writes.end());
    for (int I : Handed)
      if (I < static_cast<int>(Call->getNumArgs()))
        if (const CallExpr *Bytes = bytesIn(Call->getArg(I));
            Bytes && Unit.demands(RuleId::K2) &&
            Reported.insert({Call, RuleId::K2}).second) {
          Finding Out = start(S, RuleId::K2, Call, Severity::Error);
          Out.Missing = "kernel-safe";
          Out.Message = "'" + Facts->Shown +
                        "' hands an object's bytes to the kernel in a dfree "
                        "that runs in the sweep, when their page may be "
                        "protected: the kernel answers EFAULT";
          Out.Notes.push_back(
              {Bytes->getExprLoc(), "the bytes are taken here"});
          Unit.report(std::move(Out));
        }
  }
  if (Facts->Sweepable || Facts->Lock == LockNeed::None ||
      Facts->Lock == LockNeed::Free || Facts->Lock == LockNeed::Signal)
    return;
  // What needs the lock and is given an object looks into it, even if it makes
  // none.
  bool Looks = Facts->Lock == LockNeed::Accessor ||
               (!Facts->MayCollect &&
                llvm::any_of(Call->arguments(), [](const Expr *Arg) {
                  return isValueType(Arg->getType());
                }));
  if (!Looks && !Facts->MayCollect)
    return;
  // Reading a field of a slot inside Ruby's own inline functions is the call.
  if (!Unit.demands(RuleId::D1) || !Reported.insert({Call, RuleId::D1}).second)
    return;
  bool Memory = Facts->Returns == Result::Heap ||
                Facts->Returns == Result::ZeroHeap ||
                Facts->Lock == LockNeed::Doubtful;
  Finding Out =
      start(S, RuleId::D1, Call, Memory ? Severity::Warning : Severity::Error);
  Out.Message =
      "'" + Facts->Shown + "' " +
      (Looks ? "looks into another object in a dfree that runs in the sweep: "
               "that object may be freed or moved already"
       : Memory
           ? "may start a collection in a dfree that runs in the sweep"
           : "may allocate, raise or use objects in a dfree that runs in the "
             "sweep");
  Unit.report(std::move(Out));
}

Finding Judge::start(const Step &S, RuleId Rule, const Expr *At,
                     Severity Level) {
  Finding F;
  F.Rule = Rule;
  F.Level = Level;
  F.Where = At->getExprLoc();
  F.Function = qualifiedName(S.Function);
  llvm::SmallVector<const Step *, 8> Path;
  for (const Step *Up = &S; Up; Up = Up->From)
    Path.push_back(Up);
  for (const Step *Up : llvm::reverse(Path))
    F.Notes.push_back(
        {Up->CalledAt,
         Up->From ? "'" + Up->Function->getNameAsString() + "' is run here"
                  : "'" + Up->Function->getNameAsString() +
                        "' is a dfree that runs in the sweep"});
  return F;
}

} // namespace

namespace gvlsan {
void judgeFreeFunctions(RuleUnit &Unit) {
  if (Unit.demands(RuleId::D1) || Unit.demands(RuleId::K2))
    Judge(Unit).run();
}
} // namespace gvlsan
