//===- Marking.cpp - What a function shows to the collector ---------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Marking.h"
#include "analysis/SourceText.h"

#include "clang/Basic/SourceManager.h"

using namespace clang;
using namespace gvlsan;

std::string gvlsan::fieldName(const FieldDecl *F) {
  const RecordDecl *R = F->getParent();
  std::string Name = R->getNameAsString();
  if (Name.empty())
    if (const TypedefNameDecl *T = R->getTypedefNameForAnonDecl())
      Name = T->getNameAsString();
  return Name + "." + F->getNameAsString();
}

FieldSet MarkReader::fieldsOf(const Expr *E) {
  FieldSet Out;
  Visited Done;
  collect(E, Out, Done);
  return Out;
}

void MarkReader::collect(const Expr *E, FieldSet &Out, Visited &Done) {
  E = valueOf(E);
  if (const auto *Member = dyn_cast<MemberExpr>(E)) {
    if (const auto *F = dyn_cast<FieldDecl>(Member->getMemberDecl()))
      Out.Fields.insert(F->getCanonicalDecl());
    return;
  }
  if (const auto *Element = dyn_cast<ArraySubscriptExpr>(E))
    return collect(Element->getBase(), Out, Done);
  if (const auto *Unary = dyn_cast<UnaryOperator>(E))
    return collect(Unary->getSubExpr(), Out, Done);
  if (const auto *Binary = dyn_cast<BinaryOperator>(E)) {
    if (!Binary->isAdditiveOp())
      return;
    collect(Binary->getLHS(), Out, Done);
    return collect(Binary->getRHS(), Out, Done);
  }
  if (const auto *Choice = dyn_cast<AbstractConditionalOperator>(E)) {
    collect(Choice->getTrueExpr(), Out, Done);
    return collect(Choice->getFalseExpr(), Out, Done);
  }
  // A list of offsets.
  if (const auto *Offset = dyn_cast<OffsetOfExpr>(E)) {
    for (unsigned I = Offset->getNumComponents(); I-- > 0;)
      if (Offset->getComponent(I).getKind() == OffsetOfNode::Field) {
        Out.Fields.insert(
            Offset->getComponent(I).getField()->getCanonicalDecl());
        return;
      }
    return;
  }
  if (const auto *List = dyn_cast<InitListExpr>(E)) {
    for (const Expr *Inner : List->inits())
      collect(Inner, Out, Done);
    return;
  }
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
    if (!V || !Done.insert(V->getCanonicalDecl()).second)
      return;
    if (const auto *P = dyn_cast<ParmVarDecl>(V))
      Out.Parameters.insert(P->getFunctionScopeIndex());
    for (unsigned I : Seen.assignmentsTo(V))
      collect(Seen.Assignments[I].Value, Out, Done);
    return;
  }
  const auto *Call = dyn_cast<CallExpr>(E);
  if (!Call)
    return;
  const FunctionDecl *Callee = calleeOf(Call);
  if (const FunctionFacts *Facts = Callee ? Seen.Code.facts(Callee) : nullptr) {
    if (Facts->Returns == Result::Argument && Facts->ReturnsArg >= 0 &&
        Facts->ReturnsArg < static_cast<int>(Call->getNumArgs()))
      collect(Call->getArg(Facts->ReturnsArg), Out, Done);
    if ((Facts->Returns == Result::Element ||
         Facts->Returns == Result::Bytes) &&
        Facts->ReturnsArg >= 0 &&
        Facts->ReturnsArg < static_cast<int>(Call->getNumArgs())) {
      Out.Elements = true;
      collect(Call->getArg(Facts->ReturnsArg), Out, Done);
    }
    return;
  }
  if (const FunctionDecl *Own =
          Callee ? Seen.Code.ownDefinition(Callee) : nullptr;
      Own && Done.insert(Own->getCanonicalDecl()).second) {
    FieldSet Inner;
    for (const Expr *Returned : Seen.returnsOf(Own))
      collect(Returned, Inner, Done);
    Out.Fields.insert(Inner.Fields.begin(), Inner.Fields.end());
    for (unsigned I : Inner.Parameters)
      if (I < Call->getNumArgs())
        collect(Call->getArg(I), Out, Done);
    if (!Inner.Fields.empty() || !Inner.Parameters.empty())
      return;
  }
  // A container's iterator or element.
  if (const auto *Method = dyn_cast<CXXMemberCallExpr>(Call))
    return collect(Method->getImplicitObjectArgument(), Out, Done);
  if (isa<CXXOperatorCallExpr>(Call) && Call->getNumArgs() > 0)
    return collect(Call->getArg(0), Out, Done);
}

void MarkReader::add(const FieldSet &What, const Shown &Like,
                     MarkSummary &Out) {
  Shown S = Like;
  S.Elements |= What.Elements;
  for (const FieldDecl *F : What.Fields) {
    S.Field = F;
    Out.All.push_back(S);
  }
  S.Field = nullptr;
  for (unsigned I : What.Parameters) {
    S.Parameter = I;
    Out.All.push_back(S);
  }
}

const MarkSummary &MarkReader::summary(const FunctionDecl *F) {
  F = F->getCanonicalDecl();
  auto [It, New] = Summaries.try_emplace(F);
  if (!New && It->second)
    return *It->second;
  // Recursion finds what is empty still, and adds nothing of its own.
  static const MarkSummary Empty;
  if (!New)
    return Empty;
  auto Out = std::make_unique<MarkSummary>();
  for (unsigned I : Seen.callsIn(F))
    readCall(Seen.Calls[I], *Out);
  return *(Summaries[F] = std::move(Out));
}

void MarkReader::inherit(const FunctionDecl *Callee,
                         llvm::ArrayRef<const Expr *> Args, MarkSummary &Out) {
  const MarkSummary &Inner = summary(Callee);
  Out.Foreign.insert(Inner.Foreign.begin(), Inner.Foreign.end());
  for (const Shown &S : Inner.All)
    if (S.Field)
      Out.All.push_back(S);
    else if (S.Parameter < Args.size())
      add(fieldsOf(Args[S.Parameter]), S, Out);
}

void MarkReader::inheritCallback(const FunctionDecl *Callback, const Call &C,
                                 MarkSummary &Out) {
  const MarkSummary &Inner = summary(Callback);
  Out.Foreign.insert(Inner.Foreign.begin(), Inner.Foreign.end());
  for (const Shown &S : Inner.All) {
    if (S.Field) {
      Out.All.push_back(S);
      continue;
    }
    for (const Expr *Arg : C.Expr->arguments())
      if (!functionIn(Arg))
        add(fieldsOf(Arg), S, Out);
  }
}

void MarkReader::readCall(const Call &C, MarkSummary &Out) {
  llvm::SmallVector<const Expr *, 8> Args(C.Expr->arguments());
  if (const FunctionFacts *Facts = Seen.facts(C)) {
    Shown S;
    S.Site = C.Expr;
    S.How = Facts->Marks;
    S.Many = Facts->MarksMany;
    if (S.How != Marking::None &&
        Facts->MarksArg < static_cast<int>(Args.size())) {
      add(fieldsOf(Args[Facts->MarksArg]), S, Out);
      // The end of a range names a field as well.
      if (S.Many && Facts->MarksArg + 1 < static_cast<int>(Args.size()))
        add(fieldsOf(Args[Facts->MarksArg + 1]), S, Out);
    }
    if (Facts->Locates >= 0 && Facts->Locates < static_cast<int>(Args.size())) {
      S.How = Marking::None;
      S.Located = true;
      add(fieldsOf(Args[Facts->Locates]), S, Out);
    }
  } else if (C.Callee && Seen.Code.ownDefinition(C.Callee)) {
    inherit(C.Callee, Args, Out);
  } else if (C.Callee) {
    if (!Seen.Context.getSourceManager().isInSystemHeader(
            C.Callee->getLocation()) &&
        !C.Callee->getBuiltinID())
      Out.Foreign.insert(qualifiedName(C.Callee));
  } else if (const auto *Member = dyn_cast<MemberExpr>(
                 C.Expr->getCallee()->IgnoreParenCasts())) {
    if (const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl()))
      for (const FunctionDecl *F : Seen.Code.storedIn(Field))
        if (Seen.Code.ownDefinition(F))
          inherit(F, Args, Out);
  }
  for (const Expr *Arg : Args)
    if (const FunctionDecl *F = functionIn(Arg))
      if (Seen.Code.ownDefinition(F))
        inheritCallback(F->getCanonicalDecl(), C, Out);
}
