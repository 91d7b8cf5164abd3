//===- CompilerPlugin.cpp - Findings as warnings of the compiler ----------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// `clang -fplugin=libgvlsan-plugin.so`: the file is compiled as ever, and the
/// findings come with the compiler's own warnings. Arguments:
/// -fplugin-arg-gvlsan-OPTION=VALUE with what
/// SettingsReader takes, and
/// -fplugin-arg-gvlsan-werror.
///
//===----------------------------------------------------------------------===//

#include "plugin/Unit.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Frontend/FrontendPluginRegistry.h"

using namespace clang;
using namespace gvlsan;

namespace {

class Consumer : public ASTConsumer {
public:
  Consumer(std::shared_ptr<SettingsReader> Reader, bool Promote)
      : Reader(std::move(Reader)), Promote(Promote) {}

  void HandleTranslationUnit(ASTContext &Context) override {
    DiagnosticsEngine &Diags = Context.getDiagnostics();
    // What does not parse is not judged by half. Under -w nothing would be
    // shown; clang --analyze says -w, and the analyzer's checkers report there.
    if (Diags.hasErrorOccurred() || Diags.getIgnoreAllWarnings())
      return;
    // -Werror is asked here: Clang does not map diagnostics of plugins.
    bool IsError = Promote || Diags.getWarningsAsErrors();
    unsigned Head = Diags.getCustomDiagID(
        IsError ? DiagnosticsEngine::Error : DiagnosticsEngine::Warning, "%0");
    unsigned Note = Diags.getCustomDiagID(DiagnosticsEngine::Note, "%0");
    for (const Finding &F : plugin::judge(Context, *Reader)) {
      {
        // Emitted at the end of its life, before the notes.
        DiagnosticBuilder Warning = Diags.Report(F.Where, Head);
        Warning << plugin::title(F);
        for (const FixIt &Fix : F.FixIts)
          Warning << FixItHint::CreateInsertion(Fix.Where, Fix.Insert);
      }
      for (const gvlsan::Note &N : F.Notes)
        Diags.Report(N.Where, Note) << N.Message;
    }
  }

private:
  std::shared_ptr<SettingsReader> Reader;
  bool Promote;
};

class Action : public PluginASTAction {
public:
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &,
                                                 StringRef) override {
    return std::make_unique<Consumer>(Reader, Promote);
  }

  bool ParseArgs(const CompilerInstance &CI,
                 const std::vector<std::string> &Args) override {
    for (StringRef Arg : Args) {
      if (Arg == "werror") {
        Promote = true;
        continue;
      }
      auto [Name, Value] = Arg.split('=');
      if (std::string Error; !Reader->set(Name, Value, Error)) {
        DiagnosticsEngine &Diags = CI.getDiagnostics();
        Diags.Report(Diags.getCustomDiagID(DiagnosticsEngine::Error,
                                           "gvlsan plugin: %0, in "
                                           "'-fplugin-arg-gvlsan-%1'"))
            << Error << Arg;
        return false;
      }
    }
    return true;
  }

  // Before the code is generated: with -Werror none is.
  ActionType getActionType() override { return AddBeforeMainAction; }

private:
  std::shared_ptr<SettingsReader> Reader = std::make_shared<SettingsReader>();
  bool Promote = false;
};

} // namespace

static FrontendPluginRegistry::Add<Action>
    Registered("gvlsan", "The GVL and compaction rules of Ruby.");
