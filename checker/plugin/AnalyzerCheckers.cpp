//===- AnalyzerCheckers.cpp - Findings in the Clang static analyzer -------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The checker package ruby.gvl, for `clang --analyze`, scan-build and what
/// else runs the analyzer: one checker a family of rules, all of which ask one
/// run of the engine. The story of a finding becomes the path that the
/// analyzer's outputs (text, plist, HTML, SARIF) show.
///
//===----------------------------------------------------------------------===//

#include "analysis/Checks.h"
#include "plugin/Unit.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/StaticAnalyzer/Core/BugReporter/BugReporter.h"
#include "clang/StaticAnalyzer/Core/Checker.h"
#include "clang/StaticAnalyzer/Core/CheckerManager.h"
#include "clang/StaticAnalyzer/Core/PathSensitive/AnalysisManager.h"
#include "clang/StaticAnalyzer/Frontend/CheckerRegistry.h"

#include <cstring>

using namespace clang;
using namespace clang::ento;
using namespace gvlsan;

namespace {

struct Family {
  /// As the analyzer names it, and as clang-tidy does (Checks.h).
  const char *Name, *Check, *Description;
};

constexpr Family Families[] = {
    {"ruby.gvl.HeapAccess", HeapAccessCheckName,
     "Objects, and bytes that lie in them, used without the GVL"},
    {"ruby.gvl.ApiCall", ApiCallCheckName,
     "Functions of the C API called in the wrong state of the GVL"},
    {"ruby.gvl.Owner", OwnerCheckName,
     "Buffers used without the GVL whose owner is not kept"},
    {"ruby.gvl.KernelAccess", KernelAccessCheckName,
     "Bytes of the heap handed to the kernel"},
    {"ruby.gvl.Guard", GuardCheckName,
     "Pointers held over a call that may collect their owner"},
    {"ruby.gvl.Mark", MarkCheckName,
     "Mark, compact and free functions that break the collector's rules"},
    {"ruby.gvl.Root", RootCheckName,
     "References that the collector cannot see"},
};
constexpr size_t NumFamilies = std::size(Families);

constexpr const char Package[] = "ruby.gvl";
struct PackageOption {
  /// SettingsReader has it in small letters.
  const char *Name, *Description;
};

constexpr PackageOption PackageOptions[] = {
    {"Profile", "practical (the default), strict or bounce"},
    {"Ruby", "The version of Ruby to judge for, such as 3.3; else every one"},
    {"Severity", "error: only what is shown, not what cannot be ruled out"},
    {"Model", "A file with facts about functions; see docs/user-model.md"},
    {"Index", "What `gvlsan link` made of all files of the extension"},
};

constexpr const char EngineName[] = "ruby.gvl.Engine";

/// Finds the function whose body holds a place.
class Enclosing : public RecursiveASTVisitor<Enclosing> {
public:
  Enclosing(const SourceManager &SM, SourceLocation Where)
      : SM(SM), Where(Where) {}
  bool VisitFunctionDecl(FunctionDecl *F) {
    if (F->doesThisDeclarationHaveABody() &&
        SM.isPointWithin(Where, SM.getFileLoc(F->getBeginLoc()),
                         SM.getFileLoc(F->getEndLoc())))
      Found = F;
    return true;
  }
  const FunctionDecl *Found = nullptr;

private:
  const SourceManager &SM;
  SourceLocation Where;
};

class EngineChecker : public Checker<check::EndOfTranslationUnit> {
public:
  mutable SettingsReader Reader;
  /// The names under which the families are switched on; empty: it is off.
  CheckerNameRef Enabled[NumFamilies];

  void checkEndOfTranslationUnit(const TranslationUnitDecl *,
                                 AnalysisManager &Mgr,
                                 BugReporter &Reporter) const {
    ASTContext &Context = Mgr.getASTContext();
    for (const Finding &F : plugin::judge(Context, Reader))
      for (size_t I = 0; I < NumFamilies; ++I)
        if (!StringRef(Enabled[I]).empty() &&
            std::strcmp(Families[I].Check, checkName(F.Rule)) == 0)
          report(F, Enabled[I], Context, Reporter);
  }

private:
  /// Not as a BugReport: without a graph of exploded nodes that could not have
  /// a path, and the story is one.
  static void report(const Finding &F, StringRef Checker, ASTContext &Context,
                     BugReporter &Reporter) {
    const SourceManager &SM = Context.getSourceManager();
    Enclosing In(SM, F.Where);
    In.TraverseDecl(Context.getTranslationUnitDecl());
    const RuleInfo &Rule = ruleInfo(F.Rule);
    std::string Kind = std::string(Rule.Name) + ": " + Rule.Title;
    std::string Text = plugin::title(F);
    PathDiagnosticLocation Where(F.Where, SM);
    for (const auto &Consumer : Reporter.getPathDiagnosticConsumers()) {
      auto D = std::make_unique<PathDiagnostic>(
          Checker, In.Found, Kind, Text, Text, "GVL and compaction (Ruby)",
          Where, In.Found, In.Found, std::make_unique<FilesToLineNumsMap>());
      for (const Note &N : F.Notes)
        if (N.Where.isValid())
          D->getActivePath().push_back(
              std::make_shared<PathDiagnosticEventPiece>(
                  PathDiagnosticLocation(N.Where, SM), N.Message));
      auto End = std::make_shared<PathDiagnosticEventPiece>(Where, Text);
      for (const FixIt &Fix : F.FixIts)
        End->addFixit(FixItHint::CreateInsertion(Fix.Where, Fix.Insert));
      D->setEndOfPath(std::move(End));
      Consumer->HandlePathDiagnostic(std::move(D));
    }
  }
};

void registerEngine(CheckerManager &Mgr) {
  auto *Engine = Mgr.registerChecker<EngineChecker>();
  for (const PackageOption &O : PackageOptions) {
    const char *Option = O.Name;
    StringRef Value =
        Mgr.getAnalyzerOptions().getCheckerStringOption(Package, Option);
    if (Value.empty())
      continue;
    if (std::string Error;
        !Engine->Reader.set(StringRef(Option).lower(), Value, Error)) {
      DiagnosticsEngine &Diags = Mgr.getDiagnostics();
      Diags.Report(Diags.getCustomDiagID(DiagnosticsEngine::Error,
                                         "%0, in '-analyzer-config %1:%2=...'"))
          << Error << Package << Option;
    }
  }
}

template <size_t I> void registerFamily(CheckerManager &Mgr) {
  Mgr.getChecker<EngineChecker>()->Enabled[I] = Mgr.getCurrentCheckerName();
}

bool always(const CheckerManager &) { return true; }

template <size_t... I>
void addFamilies(CheckerRegistry &Registry, std::index_sequence<I...>) {
  (Registry.addChecker(registerFamily<I>, always, Families[I].Name,
                       Families[I].Description, /*DocsUri=*/"",
                       /*IsHidden=*/false),
   ...);
  (Registry.addDependency(Families[I].Name, EngineName), ...);
}

} // namespace

// Analyzers look these two up by name.
#define GVLSAN_EXPORT extern "C" __attribute__((visibility("default")))

GVLSAN_EXPORT const char clang_analyzerAPIVersionString[] =
    CLANG_ANALYZER_API_VERSION_STRING;

GVLSAN_EXPORT void clang_registerCheckers(CheckerRegistry &Registry) {
  Registry.addPackage(Package);
  for (const PackageOption &O : PackageOptions)
    Registry.addPackageOption("string", Package, O.Name, "", O.Description,
                              "released");
  Registry.addChecker(registerEngine, always, EngineName,
                      "Analyses the unit for the other checkers",
                      /*DocsUri=*/"",
                      /*IsHidden=*/true);
  addFamilies(Registry, std::make_index_sequence<NumFamilies>());
}
