//===- Indexer.cpp - What a translation unit mentions, stores and hands on ===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/CodeVisitor.h"
#include "analysis/PointerFlow.h"
#include "analysis/Program.h"
#include "analysis/SourceText.h"

#include "clang/Basic/SourceManager.h"

using namespace clang;
using namespace gvlsan;

static const Expr *bare(const Expr *E) { return E->IgnoreParenCasts(); }

static const FunctionDecl *namedFunction(const Expr *E) {
  E = bare(E);
  if (const auto *Address = dyn_cast<UnaryOperator>(E))
    if (Address->getOpcode() == UO_AddrOf || Address->getOpcode() == UO_Deref)
      E = bare(Address->getSubExpr());
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    if (const auto *F = dyn_cast<FunctionDecl>(Ref->getDecl()))
      return F->getCanonicalDecl();
  return nullptr;
}

/// The variable whose address \p E is.
static const VarDecl *namedVariable(const Expr *E) {
  const auto *Address = dyn_cast<UnaryOperator>(bare(E));
  if (!Address || Address->getOpcode() != UO_AddrOf)
    return nullptr;
  const auto *Ref = dyn_cast<DeclRefExpr>(bare(Address->getSubExpr()));
  return Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
}

static std::string nameOf(const RecordDecl *Record) {
  if (const TypedefNameDecl *Name = Record->getTypedefNameForAnonDecl())
    return Name->getNameAsString();
  return Record->getNameAsString();
}

std::string gvlsan::pointerName(const ValueDecl *Pointer) {
  if (const auto *Field = dyn_cast<FieldDecl>(Pointer)) {
    std::string Record = nameOf(Field->getParent());
    return Record.empty() || !Field->getIdentifier()
               ? std::string()
               : "->" + Record + "::" + Field->getNameAsString();
  }
  return Pointer->isExternallyVisible() ? "->" + Pointer->getNameAsString()
                                        : std::string();
}

std::string gvlsan::argumentName(const FunctionDecl *Callee, unsigned Number) {
  return linkName(Callee) + "(" + std::to_string(Number) + ")";
}

std::string gvlsan::recordName(QualType Type) {
  const RecordDecl *Record = Type.isNull() ? nullptr : Type->getAsRecordDecl();
  return Record ? nameOf(Record) : std::string();
}

class Program::Indexer : public CodeVisitor<Indexer> {
public:
  explicit Indexer(Program &P) : CodeVisitor(P.Context), P(P) {}

  /// What needs the whole unit to have been seen.
  void finish() {
    for (const CallExpr *Call : LibraryCalls)
      noteKept(*Call);
    for (const auto &[V, Params] : P.Setters)
      for (const ParmVarDecl *Param : Params)
        for (const Argument &Each : Given)
          if (const auto *Setter =
                  dyn_cast<FunctionDecl>(Param->getDeclContext());
              Setter && Each.Callee == Setter->getCanonicalDecl() &&
              Each.Number == Param->getFunctionScopeIndex()) {
            P.Stores[V].push_back(Each.Function);
            // A C global is one; there are many structs with the field, and
            // what they hold depends on who made them.
            if (isa<VarDecl>(V))
              P.Stored[V].insert(Each.Function.Stored);
          }
    for (const auto &[Field, Functions] : Flow.fields())
      P.Stored[Field].insert(Functions.begin(), Functions.end());
    for (const Argument &Each : Given)
      if (P.isForeign(Each.Callee))
        P.HandedOver[argumentName(Each.Callee, Each.Number)].insert(
            Each.Function.Stored);
  }

  bool shouldVisitTemplateInstantiations() const { return true; }

  // Headers of the system and of Ruby hold nothing of the extension's own.
  bool TraverseDecl(Decl *D) {
    if (!D)
      return true;
    SourceLocation Loc = D->getLocation();
    if (Loc.isValid() && isa<FunctionDecl>(D) &&
        (P.Context.getSourceManager().isInSystemHeader(Loc) ||
         P.isRubyHeader(Loc)))
      return true;
    return CodeVisitor::TraverseDecl(D);
  }

#define TRAVERSE(Kind)                                                         \
  /* A type. NOLINTNEXTLINE(bugprone-macro-parentheses) */                     \
  bool Traverse##Kind(Kind *F) {                                               \
    return inFunction(F,                                                       \
                      [&] { return RecursiveASTVisitor::Traverse##Kind(F); }); \
  }
  TRAVERSE(FunctionDecl)
  TRAVERSE(CXXMethodDecl)
  TRAVERSE(CXXConstructorDecl)
  TRAVERSE(CXXDestructorDecl)
  TRAVERSE(CXXConversionDecl)
#undef TRAVERSE

  bool VisitDeclRefExpr(DeclRefExpr *Ref) {
    if (const auto *F = dyn_cast<FunctionDecl>(Ref->getDecl()))
      mention(F);
    if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
      if (Current && isGlobalPointer(V))
        P.ReadPointers[Current].insert(V->getCanonicalDecl());
    return true;
  }
  bool VisitVarDecl(VarDecl *V) {
    if (isGlobalPointer(V) && V->getInit())
      noteStored(V, V->getInit());
    if (IsCxx && V->getInit())
      Flow.put(V, V->getInit());
    return true;
  }
  bool VisitBinaryOperator(BinaryOperator *Assign) {
    if (Assign->getOpcode() != BO_Assign)
      return true;
    if (const auto *Member = dyn_cast<MemberExpr>(bare(Assign->getLHS())))
      if (const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl()))
        noteStored(Field, Assign->getRHS());
    if (const auto *Member = dyn_cast<MemberExpr>(bare(Assign->getLHS())))
      if (IsCxx)
        Flow.put(Member->getMemberDecl(), Assign->getRHS());
    if (const auto *Ref = dyn_cast<DeclRefExpr>(bare(Assign->getLHS())))
      if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
        if (V->hasGlobalStorage()) {
          P.Assignments[V->getCanonicalDecl()].push_back(Assign->getRHS());
          if (isGlobalPointer(V))
            noteStored(V, Assign->getRHS());
        }
    return true;
  }
  bool VisitInitListExpr(InitListExpr *List) {
    if (List->isSyntacticForm() && List->getSemanticForm())
      List = List->getSemanticForm();
    const RecordDecl *Record = List->getType()->getAsRecordDecl();
    const auto *Class = dyn_cast_or_null<CXXRecordDecl>(Record);
    // The elements of a list come after those of the base classes.
    if (!Record || Record->isUnion() ||
        (Class && (!Class->hasDefinition() || !Class->isAggregate() ||
                   Class->getNumBases())))
      return true;
    for (const FieldDecl *Field : Record->fields())
      if (Field->getFieldIndex() < List->getNumInits())
        noteStored(Field, List->getInit(Field->getFieldIndex()));
    return true;
  }
  bool VisitMemberExpr(MemberExpr *Member) {
    if (const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl()))
      if (Current && Member->isArrow() &&
          P.Model.isSlot(Field->getParent()->getName()))
        P.SlotReaders.insert(Current);
    if (const auto *F = dyn_cast<FunctionDecl>(Member->getMemberDecl()))
      mention(F);
    if (const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl()))
      if (Current && pointsToFunction(Field->getType()))
        P.ReadPointers[Current].insert(
            cast<ValueDecl>(Field->getCanonicalDecl()));
    return true;
  }
  bool VisitReturnStmt(ReturnStmt *Return) {
    if (const Expr *E = Return->getRetValue())
      if (const auto *Ref = dyn_cast<DeclRefExpr>(bare(E)))
        if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
          if (V->isLocalVarDecl())
            Returned.insert(V);
    return true;
  }
  bool VisitCXXConstructExpr(CXXConstructExpr *E) {
    mention(E->getConstructor());
    Flow.call(E->getConstructor(), {E->getArgs(), E->getNumArgs()});
    return true;
  }
  bool VisitCXXConstructorDecl(CXXConstructorDecl *C) {
    for (const CXXCtorInitializer *Init : C->inits())
      if (const FieldDecl *Field = Init->getAnyMember())
        Flow.put(Field, Init->getInit());
    return true;
  }
  bool VisitCallExpr(CallExpr *Call) {
    const FunctionDecl *Callee = Call->getDirectCallee();
    if (!Callee)
      return true;
    if (Current != Callee->getCanonicalDecl())
      P.Called.insert(Callee->getCanonicalDecl());
    if (IsCxx && !isa<CXXOperatorCallExpr>(Call))
      Flow.call(Callee, {Call->getArgs(), Call->getNumArgs()});
    for (unsigned I = 0; I < Call->getNumArgs(); ++I)
      if (const FunctionDecl *F = namedFunction(Call->getArg(I)))
        Given.push_back(
            {Callee->getCanonicalDecl(), I, {F, Call->getArg(I), Current}});
    if (const FunctionFacts *Facts = P.Model.find(apiName(Callee)))
      noteFacts(*Facts, *Call);
    else if (P.isLibrary(Callee))
      LibraryCalls.push_back(Call);
    return true;
  }

private:
  template <typename Fn> bool inFunction(FunctionDecl *F, Fn Traverse) {
    if (F->isDependentContext())
      return true;
    const FunctionDecl *Outer = Current;
    if (F->doesThisDeclarationHaveABody() && !hasName(F)) {
      P.Unnamed.insert(F->getCanonicalDecl());
      return true;
    }
    if (F->doesThisDeclarationHaveABody()) {
      // What a lambda mentions, its function mentions too.
      if (Outer)
        mention(F);
      Current = F->getCanonicalDecl();
      P.Definitions.insert(F);
    }
    bool Ok = Traverse();
    Current = Outer;
    return Ok;
  }

  static bool isGlobalPointer(const VarDecl *V) {
    return V->hasGlobalStorage() && V->getType()->isFunctionPointerType();
  }

  void noteStored(const ValueDecl *Where, const Expr *E) {
    const auto *Key = cast<ValueDecl>(Where->getCanonicalDecl());
    if (const auto *Ref = dyn_cast<DeclRefExpr>(bare(E)))
      if (const auto *Param = dyn_cast<ParmVarDecl>(Ref->getDecl());
          Param && Where->getType()->isFunctionPointerType())
        P.Setters[Key].insert(Param);
    const FunctionDecl *F = namedFunction(E);
    if (!F)
      return;
    P.Stored[Key].insert(F);
    if (Where->getType()->isFunctionPointerType())
      P.Stores[Key].push_back({F, E, Current});
    const auto *Field = dyn_cast<FieldDecl>(Where);
    if (!Field)
      return;
    SourceLocation Loc = Field->getLocation();
    if (P.Context.getSourceManager().isInSystemHeader(Loc) &&
        !P.isRubyHeader(Loc))
      if (std::string Type = nameOf(Field->getParent()); !Type.empty())
        P.KeptCallbacks[Type].insert(F);
  }

  /// A call that may give a library a function and an object of the library's.
  void noteKept(const CallExpr &Call) {
    const FunctionDecl &Callee = *Call.getDirectCallee();
    llvm::SmallVector<const FunctionDecl *, 2> Functions;
    llvm::SmallVector<std::string, 2> Types;
    auto Take = [&](QualType Type) {
      std::string Name = P.libraryType(Type->getPointeeType());
      if (!Name.empty())
        Types.push_back(std::move(Name));
    };
    for (const Expr *Arg : Call.arguments())
      if (const FunctionDecl *F = namedFunction(Arg))
        Functions.push_back(F);
    // A local that is handed over with it does not outlive the call; what is
    // returned collects something during it.
    bool ForThisCall = llvm::any_of(Call.arguments(), [&](const Expr *Arg) {
      const VarDecl *V = namedVariable(Arg);
      const auto *Ref = dyn_cast<DeclRefExpr>(bare(Arg));
      return (V && V->hasLocalStorage()) ||
             (Ref && Returned.contains(Ref->getDecl()));
    });
    if (Functions.empty() || ForThisCall)
      return;
    for (const ParmVarDecl *Param : Callee.parameters())
      Take(Param->getType());
    Take(Callee.getReturnType());
    for (const std::string &Type : Types)
      P.KeptCallbacks[Type].insert(Functions.begin(), Functions.end());
  }

  void mention(const FunctionDecl *F) {
    if (Current)
      P.Mentions[Current].insert(F->getCanonicalDecl());
  }

  void noteFacts(const FunctionFacts &Facts, const CallExpr &Call) {
    for (const Callback &C : Facts.Calls)
      if (C.Fields.empty() && C.Function >= 0 &&
          C.Function < static_cast<int>(Call.getNumArgs()))
        if (const FunctionDecl *F = namedFunction(Call.getArg(C.Function))) {
          P.Handed.insert(F);
          if (C.leavesLock())
            P.Callbacks.insert(F);
        }
    if (Facts.Does == Effect::Registers && Facts.DoesTo >= 0 &&
        Facts.DoesTo < static_cast<int>(Call.getNumArgs()))
      if (const VarDecl *V = namedVariable(Call.getArg(Facts.DoesTo)))
        P.Registered.insert(V->getCanonicalDecl());
    if (Facts.Does == Effect::MarksMovable && Call.getNumArgs() == 1)
      if (const auto *Member = dyn_cast<MemberExpr>(bare(Call.getArg(0))))
        if (const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl()))
          P.Movable.insert(Field->getCanonicalDecl());
    int Args = static_cast<int>(Call.getNumArgs());
    if (Facts.Method >= 0 && Facts.Method < Args)
      if (const FunctionDecl *F = namedFunction(Call.getArg(Facts.Method)))
        P.Methods.insert(F);
    if (Facts.Returns == Result::Object && Facts.Type >= 0 &&
        Facts.Type < Args) {
      Expr::EvalResult Size;
      bool Large = Facts.Size >= 0 && Facts.Size < Args &&
                   Call.getArg(Facts.Size)->EvaluateAsInt(Size, P.Context) &&
                   Size.Val.getInt().getLimitedValue() >=
                       static_cast<uint64_t>(P.Model.embedLimits(0).Never);
      if (const VarDecl *V = namedVariable(Call.getArg(Facts.Type));
          V && !Large)
        P.MadeEmbedded.insert(V->getCanonicalDecl());
    }
  }

  Program &P;
  const bool IsCxx = P.Context.getLangOpts().CPlusPlus;
  PointerFlow Flow;
  const FunctionDecl *Current = nullptr;
  llvm::SmallVector<const CallExpr *> LibraryCalls;
  llvm::DenseSet<const ValueDecl *> Returned;
  /// A function that a call is given.
  struct Argument {
    const FunctionDecl *Callee;
    unsigned Number;
    Store Function;
  };
  std::vector<Argument> Given;
};

void Program::index() {
  Indexer Run(*this);
  Run.TraverseDecl(Context.getTranslationUnitDecl());
  Run.finish();
}
