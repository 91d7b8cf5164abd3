//===- Frontend.cpp - A source in, a unit out -----------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/Frontend.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Tooling/Tooling.h"

using namespace clang;
using namespace gvlsan;

namespace {

/// Remembers the first error of a translation unit, and prints nothing.
class FirstError : public DiagnosticConsumer {
public:
  void HandleDiagnostic(DiagnosticsEngine::Level Level,
                        const Diagnostic &Info) override {
    DiagnosticConsumer::HandleDiagnostic(Level, Info);
    if (Level < DiagnosticsEngine::Error || !Message.empty())
      return;
    llvm::SmallString<128> Text;
    Info.FormatDiagnostic(Text);
    if (Info.getLocation().isValid() && Info.hasSourceManager()) {
      PresumedLoc P =
          Info.getSourceManager().getPresumedLoc(Info.getLocation());
      if (P.isValid())
        Message = (llvm::Twine(P.getFilename()) + ":" +
                   llvm::Twine(P.getLine()) + ": ")
                      .str();
    }
    Message += Text.str();
  }
  std::string take() { return std::exchange(Message, {}); }

private:
  std::string Message;
};

class Action : public ASTFrontendAction {
public:
  Action(const ApiModel &Model, const Options &Opts, Collector &Into)
      : Model(Model), Opts(Opts), Into(Into) {}

  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &CI,
                                                 StringRef) override {
    struct Consumer : ASTConsumer {
      Action &A;
      explicit Consumer(Action &A) : A(A) {}
      void HandleTranslationUnit(ASTContext &Context) override {
        // What does not parse is not judged by half.
        if (!Context.getDiagnostics().hasErrorOccurred())
          A.Into.take(Context, analyse(Context, A.Model, A.Opts));
      }
    };
    return std::make_unique<Consumer>(*this);
  }

private:
  const ApiModel &Model;
  const Options &Opts;
  Collector &Into;
};

class Factory : public tooling::FrontendActionFactory {
public:
  Factory(const ApiModel &Model, const Options &Opts, Collector &Into)
      : Model(Model), Opts(Opts), Into(Into) {}
  std::unique_ptr<FrontendAction> create() override {
    return std::make_unique<Action>(Model, Opts, Into);
  }

private:
  const ApiModel &Model;
  const Options &Opts;
  Collector &Into;
};

} // namespace

void gvlsan::analyseUnit(Unit &U, const ApiModel &Model, const Options &Opts,
                         Collector &Into) {
  Unit Fresh{U.From, U.Source};
  Into.Into = &Fresh;
  tooling::ClangTool Tool(*U.From->Database, {U.Source});
  Tool.setPrintErrorMessage(false);
  FirstError Errors;
  Tool.setDiagnosticConsumer(&Errors);
  Tool.appendArgumentsAdjuster(adjustArguments());
  Factory Make(Model, Opts, Into);
  Fresh.Analysed = Tool.run(&Make) == 0;
  Fresh.Error = Errors.take();
  U = std::move(Fresh);
}
