//===- Flows.cpp - Pointers that other files leave for their callers ------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Interpreter.h"
#include "analysis/SourceText.h"

using namespace clang;
using namespace gvlsan;

/// The field \p Name of \p Record, with the anonymous members around it.
static bool findField(const RecordDecl *Record, llvm::StringRef Name,
                      llvm::SmallVectorImpl<const FieldDecl *> &Way) {
  for (const FieldDecl *Field : Record->fields()) {
    Way.push_back(Field);
    if (Field->getName() == Name)
      return true;
    const RecordDecl *Inner = Field->isAnonymousStructOrUnion()
                                  ? Field->getType()->getAsRecordDecl()
                                  : nullptr;
    if (Inner && findField(Inner, Name, Way))
      return true;
    Way.pop_back();
  }
  return false;
}

Value Interpreter::alongPath(State &S, const Value &Pointer, QualType Pointee,
                             llvm::ArrayRef<std::string> Path) {
  Value At = Pointer;
  for (const std::string &Name : Path) {
    Value Next;
    QualType NextType;
    for (const Atom &A : At) {
      if (A.Kind != AtomKind::Address)
        continue;
      QualType Type = Table[A.Id].Type;
      if (Type.isNull() || !Type->getAsRecordDecl())
        Type = Pointee;
      // A pointer on the way is followed.
      PlaceId P = A.Id;
      const RecordDecl *Record =
          Type.isNull() ? nullptr : Type->getAsRecordDecl();
      llvm::SmallVector<const FieldDecl *, 2> Way;
      if (!Record || !findField(Record, Name, Way))
        continue;
      for (const FieldDecl *Field : Way)
        P = Table.field(P, Field);
      NextType = Way.back()->getType();
      Next.add({AtomKind::Address, 0, P});
    }
    At = std::move(Next);
    Pointee = NextType;
    if (&Name != &Path.back() && !NextType.isNull() &&
        NextType->isPointerType()) {
      Pointee = NextType->getPointeeType();
      Value Led;
      for (const Atom &A : At)
        Led.join(loadPlace(S, A.Id));
      At = std::move(Led);
    }
  }
  return At;
}

std::string Interpreter::flowsOf(const FunctionDecl *F) {
  return "R1.e flows of " + linkName(F);
}

void Interpreter::runForFlows(const FunctionDecl *F) {
  bool Writes = F->getReturnType()->isPointerType();
  for (const ParmVarDecl *Param : F->parameters()) {
    QualType Pointee = Param->getType()->getPointeeType();
    Writes |= !Pointee.isNull() && !Pointee.isConstQualified();
  }
  if (!Writes)
    return;
  std::string Fact = flowsOf(F);
  Out.Asked.insert(Fact);
  if (Opts.Known && Opts.Known->count(Fact) &&
      !FlowsNoted.contains(F->getCanonicalDecl()))
    runRoot(F, Lock::Held, "");
}

/// The parameter of \p Root that the place \p P is; -1 for none.
static int parameterAt(const Places &Table, PlaceId P,
                       const FunctionDecl *Root) {
  for (unsigned I = 0; I < Root->getNumParams(); ++I)
    if (Table.isVariable(P, Root->getParamDecl(I)))
      return static_cast<int>(I);
  return -1;
}

bool Interpreter::describeFlow(const Atom &A, const State &S, Flow &New) const {
  auto Of = [&](OwnerId O) {
    const Owner &Object = Table.owner(O);
    if (!Object.At) {
      // What something else keeps is nothing that the caller has to keep.
      ObjectFacts Facts = factsOf(S, O);
      New.Fresh = Object.From == Origin::Fresh;
      return (New.Fresh || Object.From == Origin::Returned) && !Facts.Rooted &&
             !Facts.Shared;
    }
    PlaceId At = Object.At;
    if (Table[At].Kind == PlaceKind::Pointee) {
      New.Behind = true;
      At = Table[At].Parent;
    }
    New.From = parameterAt(Table, At, Root);
    return New.From >= 0;
  };
  switch (A.Kind) {
  case AtomKind::Object:
    return Of(A.Id);
  case AtomKind::Bytes:
    New.What = Flow::Bytes;
    return Of(A.Id);
  case AtomKind::Address: {
    PlaceId P = A.Id;
    if (Table[P].Kind == PlaceKind::Data) {
      New.What = Flow::Struct;
      return Of(Table[P].Index);
    }
    while (Table[P].Kind == PlaceKind::Element)
      P = Table[P].Parent;
    if (Table[P].Kind == PlaceKind::Pointee)
      New.From = parameterAt(Table, Table[P].Parent, Root);
    return New.From >= 0;
  }
  default:
    return false;
  }
}

void Interpreter::noteFlows(const Outcome &Result) {
  FunctionSummary *Mine = summary();
  if (!Mine || !Result.Returns || !Opts.Known ||
      !Opts.Known->count(flowsOf(Root)) ||
      !FlowsNoted.insert(Root->getCanonicalDecl()).second)
    return;
  auto Note = [&](const Value &V, const Flow &Where) {
    for (const Atom &A : V) {
      Flow New = Where;
      if (describeFlow(A, Result.Exit, New))
        Mine->Flows.insert(std::move(New));
    }
  };
  Note(Result.Returned, {});
  // A struct that it made.
  std::set<PlaceId> Made;
  for (const Atom &A : Result.Returned)
    if (A.Kind == AtomKind::Address &&
        Table[Table[A.Id].Root].Kind == PlaceKind::Heap)
      Made.insert(Table[A.Id].Root);
  for (const Cell &C : Result.Exit.Memory) {
    Flow Where;
    if (Table[C.Root].Kind == PlaceKind::Pointee) {
      Where.To = parameterBehind(C.Place, Where.Path);
      if (Where.To < 0)
        continue;
    } else if (Made.count(C.Root)) {
      for (PlaceId P = C.Place; P != C.Root; P = Table[P].Parent)
        if (Table[P].Kind == PlaceKind::Field)
          Where.Path.insert(
              Where.Path.begin(),
              static_cast<const FieldDecl *>(Table[P].Key)->getNameAsString());
      if (Where.Path.empty())
        continue;
    } else {
      continue;
    }
    Note(*C.Holds, Where);
  }
}

Value Interpreter::applyFlows(Frame &F, State &S, const FunctionDecl *Callee,
                              const Expr &Site,
                              llvm::ArrayRef<const Expr *> ArgExprs,
                              llvm::ArrayRef<Value> Args) {
  Value Result;
  // Whether any of it can reach the caller's own memory.
  bool Own = Site.getType()->isPointerType();
  for (const Value &Arg : Args)
    for (const Atom &A : Arg)
      if (A.Kind == AtomKind::Address)
        Own |= Table[Table[A.Id].Root].Kind != PlaceKind::Literal;
  if (!Own || !Code.isForeign(Callee))
    return Result;
  Out.Told.insert(flowsOf(Callee));
  auto It = Opts.Others ? Opts.Others->find(linkName(Callee))
                        : Index::const_iterator();
  if (!Opts.Others || It == Opts.Others->end())
    return Result;
  for (const Flow &Each : It->second.Flows) {
    if (Each.From >= static_cast<int>(Args.size()) ||
        Each.To >= static_cast<int>(Args.size()))
      continue;
    Value From = Each.From < 0
                     ? Value::object(Table.made(
                           Each.Fresh ? Origin::Fresh : Origin::Returned,
                           ObjectKind::Unknown, &Site, F.Site))
                 : Each.Behind ? valueBehind(F, S, Args[Each.From])
                               : Args[Each.From];
    Value V;
    if (Each.What == Flow::Same) {
      V = From;
    } else {
      for (OwnerId O : objectsIn(From))
        V.add(Each.What == Flow::Bytes
                  ? Atom(AtomKind::Bytes, Table.expr(&Site), O)
                  : Atom(AtomKind::Address, 0, Table.data(O)));
      if (Each.What == Flow::Bytes && SeenBorrows.insert(&Site).second)
        ++Out.Stats.Borrows;
    }
    if (V.empty())
      continue;
    Value To;
    QualType Type;
    if (Each.To >= 0) {
      To = Args[Each.To];
      Type = ArgExprs[Each.To]->IgnoreParenCasts()->getType();
    } else if (Each.Path.empty()) {
      Result.join(V);
      continue;
    } else {
      To = Value::address(Table.heap(&Site, F.Site));
      Type = Site.getType();
      Result.join(To);
    }
    for (const Atom &A : alongPath(S, To, Type->getPointeeType(), Each.Path))
      if (A.Kind == AtomKind::Address)
        storePlace(S, A.Id, V, /*Strong=*/false);
  }
  return Result;
}
