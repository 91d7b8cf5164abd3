//===- Program.cpp - The functions of a translation unit ------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Program.h"

#include "analysis/Contracts.h"
#include "analysis/Places.h"
#include "analysis/SourceText.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Analysis/Analyses/PostOrderCFGView.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/Path.h"

using namespace clang;
using namespace gvlsan;

std::string gvlsan::apiName(const FunctionDecl *F) {
  // Ruby's headers give functions that take functions other names by arity.
  if (F->hasAttr<WeakRefAttr>())
    if (const auto *Alias = F->getAttr<AliasAttr>())
      return Alias->getAliasee().str();
  // In C++ those are templates in a struct of the function's name.
  if (const auto *Method = dyn_cast<CXXMethodDecl>(F))
    if (const auto *Outer =
            dyn_cast<CXXRecordDecl>(Method->getParent()->getParent()))
      return Outer->getNameAsString();
  // Of the standard library, versions in inline namespaces are one.
  if (F->isInStdNamespace() || isa<CXXMethodDecl>(F)) {
    std::string Name;
    llvm::raw_string_ostream Out(Name);
    PrintingPolicy Policy(F->getASTContext().getLangOpts());
    Policy.SuppressInlineNamespace = true;
    Policy.SuppressTemplateArgsInCXXConstructors = true;
    F->printQualifiedName(Out, Policy);
    // The arguments of a class template are no part of the name.
    std::string Plain;
    int Depth = 0;
    for (char C : Name) {
      Depth += C == '<';
      if (!Depth)
        Plain += C;
      Depth -= C == '>';
    }
    return Plain;
  }
  return F->getNameAsString();
}

/// Whether a call of \p Facts runs a function in another state of the lock, or
/// is one through which such a call may be reached.
static bool changesLock(const FunctionFacts &Facts) {
  return llvm::any_of(Facts.Calls,
                      [](const Callback &C) { return C.leavesLock(); });
}

static bool takesPointer(const FunctionFacts &Facts) {
  switch (Facts.Returns) {
  case Result::String:
  case Result::Array:
  case Result::Bytes:
  case Result::BytesAt:
  case Result::Slot:
    return true;
  default:
    return Facts.Does != Effect::None;
  }
}

Program::Program(ASTContext &Context, const ApiModel &Model,
                 const Index *Others)
    : Context(Context), Model(Model), Others(Others) {
  const SourceManager &SM = Context.getSourceManager();
  for (auto It = SM.fileinfo_begin(); It != SM.fileinfo_end(); ++It) {
    StringRef Name = It->first.getName();
    if (!Name.ends_with("/ruby/ruby.h"))
      continue;
    RubyRoot = Name.drop_back(StringRef("/ruby/ruby.h").size()).str();
  }
  index();
  auto Knows = [&](const FunctionDecl *F, bool (*Is)(const FunctionFacts &)) {
    const FunctionFacts *Facts = facts(F);
    return Facts && Is(*Facts);
  };
  auto Elsewhere = [&](const FunctionDecl *F) -> const FunctionSummary * {
    if (!Others || F->hasBody())
      return nullptr;
    auto It = Others->find(linkName(F));
    return It == Others->end() ? nullptr : &It->second;
  };
  mark(Reaching, [&](const FunctionDecl *F) {
    return Knows(F, changesLock) || contractOf(F).concernsHolders() ||
           (Elsewhere(F) && Elsewhere(F)->reachesRegion());
  });
  mark(Borrowing, [&](const FunctionDecl *F) {
    return Knows(F, takesPointer) ||
           (Elsewhere(F) && !Elsewhere(F)->Flows.empty());
  });
}

std::set<std::string> Program::foreignMentions() const {
  std::set<std::string> Names;
  for (const auto &[F, Callees] : Mentions)
    for (const FunctionDecl *Callee : Callees)
      if (!Callee->hasBody() && !Callee->getBuiltinID() &&
          !isRubyHeader(Callee->getLocation()))
        Names.insert(linkName(Callee));
  return Names;
}

std::string Program::libraryType(QualType Type) const {
  const RecordDecl *Record = Type.isNull() ? nullptr : Type->getAsRecordDecl();
  if (!Record)
    return {};
  const RecordDecl *Definition = Record->getDefinition();
  bool Own = Definition && !Context.getSourceManager().isInSystemHeader(
                               Definition->getLocation());
  return Own ? std::string() : recordName(Type);
}

bool Program::isLibrary(const FunctionDecl *F) const {
  return !F->hasBody() && !F->getBuiltinID() && !isRubyHeader(F->getLocation());
}

bool Program::isForeign(const FunctionDecl *F) const {
  return !F->hasBody() && !F->getBuiltinID() &&
         !Context.getSourceManager().isInSystemHeader(F->getLocation()) &&
         !isRubyHeader(F->getLocation());
}

Reach Program::reach(const FunctionDecl *F) {
  Reach Result;
  llvm::DenseSet<const FunctionDecl *> Seen;
  llvm::SmallVector<const FunctionDecl *> Work{F->getCanonicalDecl()};
  auto Meet = [&](const FunctionDecl *Callee) {
    if (Seen.insert(Callee).second)
      Work.push_back(Callee);
  };
  while (!Work.empty()) {
    const FunctionDecl *At = Work.pop_back_val();
    if (!ownDefinition(At)) {
      if (const FunctionFacts *Facts = facts(At))
        Result.Lock |=
            Facts->Lock != LockNeed::None && Facts->Lock != LockNeed::Free;
      else if (isForeign(At))
        Result.OtherFiles.insert(linkName(At));
      continue;
    }
    Result.Lock |= SlotReaders.contains(At);
    if (auto It = Mentions.find(At); It != Mentions.end())
      for (const FunctionDecl *Callee : It->second)
        Meet(Callee);
    if (auto It = ReadPointers.find(At); It != ReadPointers.end())
      for (const ValueDecl *Pointer : It->second) {
        for (const FunctionDecl *Callee : storedIn(Pointer))
          Meet(Callee);
        if (std::string Name = pointerName(Pointer); !Name.empty())
          Result.OtherFiles.insert(std::move(Name));
      }
  }
  return Result;
}

std::map<std::string, const ValueDecl *> Program::filledPointers() const {
  std::map<std::string, const ValueDecl *> Found;
  auto Take = [&](const ValueDecl *Pointer) {
    if (std::string Name = pointerName(Pointer); !Name.empty())
      Found.try_emplace(std::move(Name), Pointer);
  };
  for (const auto &[Pointer, Functions] : Stores)
    Take(Pointer);
  for (const auto &[Pointer, Params] : Setters)
    Take(Pointer);
  return Found;
}

Reach Program::reachThrough(const ValueDecl *Pointer) {
  Reach Result;
  for (const Store &Each : storesOf(Pointer))
    Result.merge(reach(Each.Stored));
  for (const ParmVarDecl *Param : settersOf(Pointer))
    if (const auto *Setter = dyn_cast<FunctionDecl>(Param->getDeclContext());
        Setter && Setter->isExternallyVisible())
      Result.OtherFiles.insert(
          argumentName(Setter, Param->getFunctionScopeIndex()));
  return Result;
}

bool Program::takesLock(const FunctionDecl *F) {
  auto It = Mentions.find(F->getCanonicalDecl());
  return It != Mentions.end() &&
         llvm::any_of(It->second, [&](const FunctionDecl *Callee) {
           const FunctionFacts *Facts = facts(Callee);
           return Facts && Facts->Lock == LockNeed::Free &&
                  llvm::any_of(Facts->Calls, [](const Callback &C) {
                    return C.Under == CallbackState::Held;
                  });
         });
}

void Program::mark(llvm::DenseSet<const FunctionDecl *> &Out,
                   llvm::function_ref<bool(const FunctionDecl *)> Is) {
  llvm::DenseMap<const FunctionDecl *, llvm::SmallVector<const FunctionDecl *>>
      MentionedBy;
  llvm::SmallVector<const FunctionDecl *> Work;
  for (const FunctionDecl *F : Definitions) {
    llvm::SetVector<const FunctionDecl *> Callees =
        Mentions[F->getCanonicalDecl()];
    for (const ValueDecl *Pointer : ReadPointers[F->getCanonicalDecl()])
      for (const FunctionDecl *Callee : storedIn(Pointer))
        Callees.insert(Callee);
    for (const FunctionDecl *Callee : Callees) {
      MentionedBy[Callee].push_back(F->getCanonicalDecl());
      if (Is(Callee) && Out.insert(F->getCanonicalDecl()).second)
        Work.push_back(F->getCanonicalDecl());
    }
  }
  while (!Work.empty())
    for (const FunctionDecl *F : MentionedBy[Work.pop_back_val()])
      if (Out.insert(F).second)
        Work.push_back(F);
}

bool Program::isEmbeddable(const VarDecl *V) const {
  const auto *List = dyn_cast_or_null<InitListExpr>(V->getAnyInitializer());
  const RecordDecl *Record = V->getType()->getAsRecordDecl();
  if (!List || !Record)
    return false;
  if (List->isSyntacticForm() && List->getSemanticForm())
    List = List->getSemanticForm();
  for (const FieldDecl *Field : Record->fields()) {
    Expr::EvalResult Flags;
    if (Field->getName() == Model.dataTypeFlags() &&
        Field->getFieldIndex() < List->getNumInits() &&
        List->getInit(Field->getFieldIndex())->EvaluateAsInt(Flags, Context))
      return Flags.Val.getInt().getLimitedValue() & Model.embeddableFlag();
  }
  return false;
}

bool Program::isRubyHeader(SourceLocation Loc) const {
  if (RubyRoot.empty())
    return false;
  const SourceManager &SM = Context.getSourceManager();
  StringRef File = SM.getFilename(SM.getExpansionLoc(Loc));
  // The root itself may be an ordinary include folder: only what lies below
  // its ruby/ folder, and ruby.h, is Ruby's.
  if (!File.consume_front(RubyRoot) || !File.consume_front("/"))
    return false;
  return File.starts_with("ruby/") || File == "ruby.h" || File == "rubyio.h";
}

const FunctionDecl *Program::ownDefinition(const FunctionDecl *F) const {
  const FunctionDecl *Definition = nullptr;
  if (!F->hasBody(Definition) || Definition->isDependentContext() ||
      Unnamed.contains(F->getCanonicalDecl()))
    return nullptr;
  SourceLocation Loc = Definition->getLocation();
  if (isRubyHeader(Loc))
    return nullptr;
  // Bodies in system headers are followed in C++, where they are templates that
  // run the extension's own code.
  if (Context.getSourceManager().isInSystemHeader(Loc) &&
      !Context.getLangOpts().CPlusPlus)
    return nullptr;
  return Definition;
}

namespace {

/// What an inline body of a Ruby header does.
class BodyReader : public RecursiveASTVisitor<BodyReader> {
public:
  BodyReader(const ApiModel &Model) : Model(Model) {}

  bool VisitMemberExpr(MemberExpr *E) {
    QualType Base = E->getBase()->getType();
    if (E->isArrow())
      Base = Base->getPointeeType();
    if (const auto *Record = Base->getAsRecordDecl())
      if (E->isArrow() && Model.isSlot(Record->getName()))
        Reads = true;
    return true;
  }
  bool VisitCallExpr(CallExpr *Call) {
    if (const FunctionDecl *Callee = Call->getDirectCallee())
      Callees.insert(Callee);
    return true;
  }
  bool VisitDeclRefExpr(DeclRefExpr *Ref) {
    if (const auto *F = dyn_cast<FunctionDecl>(Ref->getDecl()))
      Callees.insert(F);
    return true;
  }

  const ApiModel &Model;
  bool Reads = false;
  llvm::SetVector<const FunctionDecl *> Callees;
};

} // namespace

FunctionFacts Program::classify(const FunctionDecl *F) {
  FunctionFacts Facts;
  Facts.Name = Facts.Shown = F->getNameAsString();
  // What a macro of that name comes to, is what people wrote.
  if (StringRef Rest = F->getName(); Rest.consume_front("rbimpl_"))
    if (std::string Written = ("rb_" + Rest).str(); Model.find(Written))
      Facts.Shown = Written;
  Facts.MayCollect = true;
  const FunctionDecl *Definition = nullptr;
  if (!F->hasBody(Definition))
    return Facts;
  BodyReader Reader(Model);
  Reader.TraverseStmt(Definition->getBody());
  Facts.Lock = Reader.Reads ? LockNeed::Accessor : LockNeed::Free;
  Facts.MayCollect = false;
  Facts.SeldomCollects = true;
  for (const FunctionDecl *Callee : Reader.Callees) {
    if (Callee->getBuiltinID() || Callee->getCanonicalDecl() == F)
      continue;
    const FunctionFacts *Inner = facts(Callee);
    if (!Inner || Inner->Lock == LockNeed::None)
      continue;
    if (Inner->Lock == LockNeed::Needs) {
      Facts.Lock = LockNeed::Needs;
      // What does not come back leaves nobody to be hurt by a collection.
      if (Callee->isNoReturn())
        continue;
      Facts.MayCollect |= Inner->MayCollect;
      Facts.SeldomCollects &= Inner->collects() != Collects::Often;
    } else if (Inner->Lock == LockNeed::Accessor &&
               Facts.Lock == LockNeed::Free) {
      Facts.Lock = LockNeed::Accessor;
    }
  }
  return Facts;
}

const FunctionFacts *Program::facts(const FunctionDecl *F) {
  if (isa<CXXMethodDecl>(F) || F->isInStdNamespace())
    return Context.getSourceManager().isInSystemHeader(F->getLocation())
               ? Model.find(apiName(F))
               : nullptr;
  if (!F->getIdentifier())
    return nullptr;
  const FunctionFacts *Known = Model.find(F->getName());
  if (Known && !Known->Partial)
    return Known;
  // The compiler's own functions are declared where they are first used.
  if (F->getBuiltinID() || !isRubyHeader(F->getLocation()))
    return nullptr;
  F = F->getCanonicalDecl();
  if (auto It = Classified.find(F); It != Classified.end())
    return It->second.get();
  // What Ruby supplies where libc lacks it is libc's.
  if (Context.getSourceManager()
          .getFilename(
              Context.getSourceManager().getExpansionLoc(F->getLocation()))
          .ends_with("/ruby/missing.h"))
    return nullptr;
  // Recursion in a header finds the default.
  auto Default = std::make_unique<FunctionFacts>();
  Default->Name = Default->Shown = F->getNameAsString();
  Default->Lock = LockNeed::Free;
  Classified[F] = std::move(Default);
  auto Facts = std::make_unique<FunctionFacts>(classify(F));
  if (Known)
    Facts->amend(*Known);
  return (Classified[F] = std::move(Facts)).get();
}

const FunctionText &Program::text(const FunctionDecl *F) {
  std::unique_ptr<FunctionText> &Text = Texts[F];
  if (!Text)
    Text = std::make_unique<FunctionText>(F->getBody());
  return *Text;
}

Body *Program::body(const FunctionDecl *F) {
  auto [It, New] = Bodies.try_emplace(F);
  if (!New)
    return It->second.get();
  CFG::BuildOptions Build;
  Build.setAllAlwaysAdd();
  Build.AddImplicitDtors = true;
  Build.AddInitializers = true;
  auto Result = std::make_unique<Body>();
  Result->Graph = CFG::buildCFG(F, F->getBody(), &Context, Build);
  if (!Result->Graph)
    return nullptr;
  Result->IsSystem =
      Context.getSourceManager().isInSystemHeader(F->getLocation());
  Result->Rank.resize(Result->Graph->getNumBlockIDs());
  PostOrderCFGView View(Result->Graph.get());
  for (const CFGBlock *Block : View) {
    Result->Rank[Block->getBlockID()] = Result->Order.size();
    Result->Order.push_back(Block);
  }
  Result->Live = std::make_unique<Liveness>(*Result->Graph);
  return (Bodies[F] = std::move(Result)).get();
}
