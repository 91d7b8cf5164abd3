//===- Summary.cpp - What other files need to know ------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Interpreter.h"
#include "analysis/SourceText.h"

#include "clang/Basic/SourceManager.h"
#include "llvm/Support/Path.h"

using namespace clang;
using namespace gvlsan;

/// What is further from a parameter is not told to other files.
static constexpr unsigned MaxPointersInPath = 4;

static std::string place(llvm::StringRef File, unsigned Line) {
  return (llvm::sys::path::filename(File) + ":" + llvm::Twine(Line)).str();
}

void gvlsan::endInUnit(Finding &F) {
  if (!F.File.empty())
    F.Message += " (at " + place(F.File, F.Line) + ")";
  for (Note &N : F.Notes)
    if (!N.File.empty()) {
      N.Where = F.Where;
      N.Message = place(N.File, N.Line) + ": " + N.Message;
    }
}

FunctionSummary *Interpreter::summary() {
  // What a function does that is entered without the lock is reported where it
  // does it.
  if (!Root || !Root->isExternallyVisible() || RootGvl != Lock::Held)
    return nullptr;
  return &Out.Summaries[linkName(Root)];
}

Told Interpreter::tell(const Note &N) const {
  Told Step{N.File, N.Line, N.Column, N.Message};
  const SourceManager &SM = Context.getSourceManager();
  PresumedLoc At = SM.getPresumedLoc(N.Where);
  if (!N.File.empty() || At.isInvalid())
    return Step;
  llvm::SmallString<256> File(At.getFilename());
  SM.getFileManager().makeAbsolutePath(File);
  llvm::sys::path::remove_dots(File, /*remove_dot_dot=*/true);
  Step.File = File.str().str();
  Step.Line = At.getLine();
  Step.Column = At.getColumn();
  return Step;
}

void Interpreter::noteReleasedCall(const Frame &F, const State &S,
                                   const FunctionDecl *Callee,
                                   const Expr &Site) {
  SourceLocation Declared = Callee->getLocation();
  // A guess does not reach into other files.
  if (Context.getSourceManager().isInSystemHeader(Declared) || RootPresumed ||
      Code.isRubyHeader(Declared) || !Callee->isExternallyVisible())
    return;
  noteReleased(linkName(Callee), F, S.Gvl, Site,
               "'" + Callee->getNameAsString() + "' is called here");
}

void Interpreter::noteReleased(const std::string &Name, const Frame &F,
                               Lock Gvl, const Expr &Site, std::string Step) {
  ReleasedCall Call;
  Call.Certain = Gvl == Lock::Released;
  for (const Note &N : storyOf(F))
    Call.Story.push_back(tell(N));
  Call.Story.push_back(tell({inFile(Site.getExprLoc()), std::move(Step)}));
  Out.Released[Name].merge(Call);
}

void Interpreter::noteLibraryCall(const Frame &F, const State &S,
                                  const FunctionDecl *Callee,
                                  const Expr &Site) {
  if (!Code.isLibrary(Callee))
    return;
  for (const ParmVarDecl *Param : Callee->parameters()) {
    std::string Type = Code.libraryType(Param->getType()->getPointeeType());
    if (Type.empty())
      continue;
    auto [It, New] = LibraryCalls.try_emplace(Type);
    if (!New)
      continue;
    It->second.Certain = S.Gvl == Lock::Released;
    for (const Note &N : storyOf(F))
      It->second.Story.push_back(tell(N));
    It->second.Story.push_back(tell(
        {inFile(Site.getExprLoc()),
         "'" + Callee->getNameAsString() + "' is called here, on a " + Type}));
    Out.Told.insert("R1.api region calls on " + Type);
  }
}

void Interpreter::runKept(const FunctionDecl *F, const std::string &Type,
                          bool Knowing) {
  const FunctionDecl *Own = Code.ownDefinition(F);
  if (!Own || ranReleased(Own))
    return;
  std::string Fact = "R1.api region calls on " + Type;
  Out.Asked.insert(Fact);
  auto Seen = LibraryCalls.find(Type);
  bool Here = Seen != LibraryCalls.end();
  if (!Here && !(Opts.Known && Opts.Known->count(Fact)))
    return;
  // A library allocates wherever it likes; what else it calls may be called
  // elsewhere.
  bool Allocates = Own->getReturnType()->isVoidPointerType() &&
                   llvm::any_of(Own->parameters(), [](const ParmVarDecl *P) {
                     return P->getType()->isIntegerType();
                   });
  if (!Allocates &&
      (Code.takesLock(Own) || (Knowing && Opts.Profile != Strict)))
    return;
  runRoot(Own, Lock::Released,
          "a callback that a library keeps with a " + Type +
              ", and a region calls the library on one",
          Here ? &Seen->second : nullptr, !Allocates);
}

void Interpreter::noteKept(State &S, llvm::ArrayRef<const Expr *> ArgExprs,
                           llvm::ArrayRef<Value> Args) {
  PlaceId Handle = 0;
  std::string HandleType;
  Value Behind;
  for (unsigned I = 0; I < Args.size(); ++I) {
    std::string Type = recordName(ArgExprs[I]->getType()->getPointeeType());
    const Atom *A = Args[I].single();
    if (Type.empty() || !A || A->Kind != AtomKind::Address)
      continue;
    PlaceId P = A->Id;
    if (Table[P].Kind == PlaceKind::Element)
      P = Table[P].Parent;
    bool Leads = false;
    for (const auto &[Root, Q, Holds] : cellsNear(S, P))
      if (Table[Q].Kind == PlaceKind::Field && Table.isWithin(Q, P))
        for (const Atom &Inner : *Holds)
          if (Inner.Kind == AtomKind::Bytes) {
            Behind.add(Inner);
            Leads = true;
          }
    if (!Leads && !Handle) {
      Handle = P;
      HandleType = Type;
    } else if (Leads && Type == HandleType) {
      return;
    }
  }
  if (Handle && !Behind.empty())
    assign(S, Table.kept(Handle), Behind);
}

int Interpreter::parameterBehind(PlaceId P,
                                 std::vector<std::string> &Path) const {
  for (unsigned Steps = 0; Steps < MaxPointersInPath; ++Steps) {
    while (Table[P].Kind == PlaceKind::Field ||
           Table[P].Kind == PlaceKind::Element) {
      if (Table[P].Kind == PlaceKind::Field) {
        std::string Name =
            static_cast<const FieldDecl *>(Table[P].Key)->getNameAsString();
        // The members of an anonymous one are found without it.
        if (!Name.empty())
          Path.insert(Path.begin(), Name);
      }
      P = Table[P].Parent;
    }
    if (Table[P].Kind == PlaceKind::Variable) {
      const auto *Param =
          dyn_cast<ParmVarDecl>(static_cast<const VarDecl *>(Table[P].Key));
      if (!Param || !Root)
        return -1;
      for (unsigned I = 0; I < Root->getNumParams(); ++I)
        if (Table.isVariable(P, Root->getParamDecl(I)))
          return static_cast<int>(I);
      return -1;
    }
    if (Table[P].Kind != PlaceKind::Pointee)
      return -1;
    P = Table[P].Parent;
  }
  return -1;
}

void Interpreter::noteUse(const Frame &F, PlaceId Followed, const Expr *E,
                          const Touch &T) {
  PlaceId Behind = Table[Followed].Root;
  if (Table[Behind].Kind != PlaceKind::Pointee)
    return;
  RegionUse Use;
  int Parameter = parameterBehind(Table[Behind].Parent, Use.Path);
  FunctionSummary *Mine = Parameter < 0 ? nullptr : summary();
  if (!Mine)
    return;
  Use.Parameter = Parameter;
  Use.By = T.By.str();
  Use.Kernel = T.Kernel;
  Use.Writes = T.Way == Touch::Write;
  if (F.Foreign) {
    Use.Function = F.Foreign->Function;
    Use.File = F.Foreign->File;
    Use.Line = F.Foreign->Line;
    Use.Column = F.Foreign->Column;
  } else {
    Told At = tell({inFile(E->getExprLoc()), ""});
    Use.Function = qualifiedName(F.Function);
    Use.File = At.File;
    Use.Line = At.Line;
    Use.Column = At.Column;
  }
  Mine->Uses.insert(std::move(Use));
}

void Interpreter::noteCallback(const Value &Function, const Value &Data) {
  auto ParameterOf = [&](const Value &V) {
    for (const Atom &A : V) {
      std::vector<std::string> Path;
      if (A.Kind == AtomKind::Address && Table[A.Id].Kind == PlaceKind::Pointee)
        if (int I = parameterBehind(Table[A.Id].Parent, Path);
            I >= 0 && Path.empty())
          return I;
    }
    return -1;
  };
  int I = ParameterOf(Function);
  if (FunctionSummary *Mine = I < 0 ? nullptr : summary())
    Mine->Callbacks.insert({static_cast<unsigned>(I), ParameterOf(Data)});
}

/// The C global or field that \p E reads a pointer to a function from.
static const ValueDecl *pointerRead(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  if (const auto *Deref = dyn_cast<UnaryOperator>(E);
      Deref && Deref->getOpcode() == UO_Deref)
    E = Deref->getSubExpr()->IgnoreParenImpCasts();
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    return dyn_cast<FieldDecl>(Member->getMemberDecl());
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  return V && V->hasGlobalStorage() ? V : nullptr;
}

void Interpreter::notePointerCall(const Frame &F, Lock Gvl, const Expr &Pointer,
                                  const Value &Held, const Expr &Site) {
  const ValueDecl *From = pointerRead(&Pointer);
  if (!From)
    return;
  noteSetters(From);
  std::string Name = pointerName(From);
  bool Known = !Held.empty() && llvm::all_of(Held, [](const Atom &A) {
    return A.Kind == AtomKind::Function || A.Kind == AtomKind::Int;
  });
  // A guess does not reach into other files.
  if (!Known && !Name.empty() && !RootPresumed)
    noteReleased(Name, F, Gvl, Site,
                 "what '" + Name.substr(2) + "' holds is called here");
}

void Interpreter::noteSetters(const ValueDecl *Pointer) {
  for (const ParmVarDecl *Param : Code.settersOf(Pointer))
    if (const auto *Setter = dyn_cast<FunctionDecl>(Param->getDeclContext());
        Setter && Setter->isExternallyVisible())
      Out.Summaries[linkName(Setter)].Callbacks.insert(
          {Param->getFunctionScopeIndex(), -1});
}

void Interpreter::runStored(const ValueDecl *Pointer,
                            const ReleasedCall &Call) {
  noteSetters(Pointer);
  Lock Gvl = Call.Certain ? Lock::Released : Lock::Either;
  for (const Program::Store &Each : Code.storesOf(Pointer)) {
    if (const FunctionDecl *Own = Code.ownDefinition(Each.Stored)) {
      if (!ranReleased(Own) && !contractOf(Own).Requires)
        runRoot(Own, Gvl, "", &Call);
      continue;
    }
    Frame Storing;
    Storing.Function = Each.In ? Each.In : Each.Stored;
    Storing.EnteredBy = &Call;
    Frame Called;
    Called.Function = Storing.Function;
    Called.How = Entry::Callback;
    Called.Site = Each.Where;
    Called.ChangedLock = Called.Region = Called.InRegion = Called.HandedOn =
        true;
    Called.Caller = &Storing;
    Called.Depth = 1;
    State S;
    S.Gvl = Gvl;
    callFunction(Called, S, Each.Stored, *Each.Where, {}, {}, {});
  }
}

void Interpreter::applySummary(Frame &F, State &S, const FunctionDecl *Callee,
                               const Expr &Site,
                               llvm::ArrayRef<const Expr *> ArgExprs,
                               llvm::ArrayRef<Value> Args) {
  auto It = Opts.Others->find(linkName(Callee));
  if (It == Opts.Others->end())
    return;
  Frame Inner;
  Inner.Function = Callee;
  Inner.How = Entry::Callback;
  Inner.Site = &Site;
  Inner.ChangedLock = Inner.Region = Inner.InRegion = true;
  Inner.Caller = &F;
  Inner.Depth = F.Depth + 1;
  State Released = S;
  Released.Gvl = Lock::Released;
  for (const RegionUse &Use : It->second.Uses) {
    if (Use.Parameter >= Args.size())
      continue;
    Value V = Args[Use.Parameter];
    if (!Use.Path.empty()) {
      QualType Type = ArgExprs[Use.Parameter]->IgnoreParenCasts()->getType();
      Value At = alongPath(S, V, Type->getPointeeType(), Use.Path);
      V = {};
      for (const Atom &A : At)
        V.join(loadPlace(S, A.Id));
    }
    Inner.Foreign = &Use;
    judgeAccess(
        Inner, Released, V, ArgExprs[Use.Parameter],
        {Use.Writes ? Touch::Write : Touch::Unknown, Use.By, Use.Kernel});
  }
  judgeOwners(F, S, S, Site, Inner.Accesses);
  F.Accesses.insert(Inner.Accesses.begin(), Inner.Accesses.end());
  for (const RegionCallback &C : It->second.Callbacks) {
    Callback Run;
    Run.Function = static_cast<int>(C.Function);
    if (C.Data >= 0)
      Run.Data.push_back(C.Data);
    Run.Under = CallbackState::Region;
    Run.HandedOn = true;
    FunctionFacts Facts;
    Facts.Name = Facts.Shown = Callee->getNameAsString();
    runCallback(F, S, Facts, Run, Site, ArgExprs, Args);
  }
}
