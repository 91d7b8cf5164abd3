//===- GlobalContainers.cpp - H2: objects in global containers ------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The memory of a container of C++ is no place where the collector looks. What
/// a global one holds has to be marked by the extension, object by object.
///
//===----------------------------------------------------------------------===//

#include "analysis/Keepers.h"
#include "analysis/Places.h"
#include "analysis/RuleUnit.h"
#include "analysis/SourceText.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;
using namespace gvlsan;

namespace {

class Judge {
public:
  explicit Judge(RuleUnit &Unit)
      : Unit(Unit), Seen(Unit.inventory()), From(Unit.origins()) {}

  void run() {
    for (const VarDecl *V : Seen.Globals)
      if (isContainer(V->getType()))
        Containers.insert(V->getCanonicalDecl());
    if (Containers.empty())
      return;
    Kept.emplace(Unit);
    Unit.looked("global containers of objects (H2)", Containers.size());
    for (const Call &C : Seen.Calls)
      read(C);
    for (const Assignment &A : Seen.Assignments)
      if (const auto *Element =
              A.Target ? dyn_cast<CXXOperatorCallExpr>(A.Target->IgnoreParens())
                       : nullptr;
          Element && Element->getOperator() == OO_Subscript)
        note(Element->getArg(0), A.Value, A.In);
    for (const VarDecl *V : Containers)
      if (auto It = Puts.find(V); It != Puts.end() && !isMarked(V))
        judge(V, It->second);
  }

private:
  struct Put {
    const Expr *Object;
    const FunctionDecl *In;
  };

  /// Whether \p T is written as one of the standard library's templates over
  /// VALUE. The type itself only knows of a number.
  static bool isContainer(QualType T) {
    const auto *Record = T->getAsCXXRecordDecl();
    const auto *Written = T->getAs<TemplateSpecializationType>();
    return Record && Record->isInStdNamespace() && Written &&
           llvm::any_of(Written->template_arguments(),
                        [](const TemplateArgument &A) {
                          return A.getKind() == TemplateArgument::Type &&
                                 isValueType(A.getAsType());
                        });
  }

  const VarDecl *containerIn(const Expr *E) const {
    const VarDecl *V = spotOf(E).Variable;
    return V && Containers.count(V) ? V : nullptr;
  }

  void note(const Expr *Container, const Expr *Object, const FunctionDecl *In) {
    if (const VarDecl *V = containerIn(Container);
        V && isValueType(Object->IgnoreParenImpCasts()->getType()))
      Puts[V].push_back({Object, In});
  }

  void read(const Call &C) {
    for (const Expr *Arg : C.Expr->arguments())
      // Whoever is given the container itself may mark what is in it.
      if (const VarDecl *V = containerIn(Arg);
          V && !isa<CXXOperatorCallExpr>(C.Expr))
        Marked.insert(V);
    const auto *Member = dyn_cast<CXXMemberCallExpr>(C.Expr);
    if (!Member || !Member->getImplicitObjectArgument())
      return;
    // Keys are looked up, and elements taken out, by what is given as well.
    const CXXMethodDecl *Method = Member->getMethodDecl();
    StringRef Name = Method && Method->getIdentifier() ? Method->getName() : "";
    if (!Name.starts_with("push") && !Name.starts_with("insert") &&
        !Name.starts_with("emplace") && Name != "assign" &&
        !Name.starts_with("try_emplace"))
      return;
    for (const Expr *Arg : Member->arguments())
      note(Member->getImplicitObjectArgument(), Arg, C.In);
  }

  /// Whether a function that marks or registers objects goes through it.
  bool isMarked(const VarDecl *V) {
    for (const Call &C : Seen.Calls) {
      const FunctionFacts *Facts = Seen.facts(C);
      const FunctionDecl *Own = C.In ? Seen.Code.ownDefinition(C.In) : nullptr;
      if (Facts && Own &&
          (Facts->Marks != Marking::None || Facts->Does == Effect::Roots) &&
          !Seen.Code.text(Own).mentions(V).empty())
        Marked.insert(V);
    }
    std::string Fact = "H2 container marked " + V->getQualifiedNameAsString();
    if (V->isExternallyVisible() && Marked.count(V))
      Unit.tell(Fact);
    return Marked.count(V) || (V->isExternallyVisible() && Unit.known(Fact));
  }

  void judge(const VarDecl *V, llvm::ArrayRef<Put> All) {
    for (const Put &P : All) {
      OriginSet Objects = From.of(P.Object);
      const ObjectOrigin *Weakest = Objects.weakest();
      if (!Weakest || isKeptByCall(P) ||
          llvm::any_of(Objects.Through,
                       [&](const VarDecl *W) { return From.isRooted(W); }))
        continue;
      bool Lives = Weakest->From == Standing::Rooted ||
                   Weakest->From == Standing::Kept ||
                   llvm::any_of(Objects.Through, [&](const VarDecl *W) {
                     return From.isKept(W, P.In);
                   });
      Finding F;
      F.Rule = RuleId::H2;
      F.Level =
          Weakest->From == Standing::Fresh || Weakest->From == Standing::Given
              ? Severity::Error
              : Severity::Warning;
      F.Where = P.Object->getExprLoc();
      F.Function = P.In ? qualifiedName(P.In) : "";
      F.Missing = Lives ? "in place" : "live";
      F.Message = "the container '" + V->getNameAsString() + "' is given " +
                  describe(*Weakest) + ", and nothing marks what is in it: " +
                  (Lives ? "the object lives but may be moved"
                         : "the object may be freed or moved");
      F.Notes.push_back({V->getLocation(), "the container is global, and its "
                                           "memory is not looked into"});
      Unit.report(std::move(F));
      return;
    }
  }

  /// The same function gives the object to one of the extension's own that
  /// keeps it.
  bool isKeptByCall(const Put &P) {
    const VarDecl *Object = spotOf(valueOf(P.Object)).Variable;
    if (!Object || !P.In)
      return false;
    for (unsigned Index : Seen.callsIn(P.In)) {
      const Call &C = Seen.Calls[Index];
      if (isa<CXXMemberCallExpr>(C.Expr))
        continue;
      for (unsigned I = 0; I < C.Expr->getNumArgs(); ++I)
        if (spotOf(C.Expr->getArg(I)).Variable == Object && Kept->mayKeep(C, I))
          return true;
    }
    return false;
  }

  RuleUnit &Unit;
  Inventory &Seen;
  Origins &From;
  /// Once there is something to judge.
  std::optional<Keepers> Kept;
  llvm::SetVector<const VarDecl *> Containers;
  llvm::DenseSet<const VarDecl *> Marked;
  llvm::DenseMap<const VarDecl *, llvm::SmallVector<Put, 2>> Puts;
};

} // namespace

namespace gvlsan {
void judgeGlobalContainers(RuleUnit &Unit) {
  if (Unit.demands(RuleId::H2) && Unit.Context.getLangOpts().CPlusPlus)
    Judge(Unit).run();
}
} // namespace gvlsan
