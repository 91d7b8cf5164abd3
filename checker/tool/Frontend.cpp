//===- Frontend.cpp - A source in, a judgement out ------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/Frontend.h"

#include "analysis/IndexFile.h"
#include "tool/Collector.h"

#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/ASTUnit.h"
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

  std::string Message;
};

/// One command as a database.
class OneCommand : public tooling::CompilationDatabase {
public:
  OneCommand(const Command &C, const std::string &Source)
      : Only(C.Directory, Source, C.Arguments, "") {}
  std::vector<tooling::CompileCommand>
  getCompileCommands(StringRef) const override {
    return {Only};
  }

private:
  tooling::CompileCommand Only;
};

} // namespace

struct ParsedSource::Compiled {
  FirstError Errors;
  /// Its working folder is its own, not the process's.
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files =
      llvm::vfs::createPhysicalFileSystem();
  std::string Directory;
  std::unique_ptr<ASTUnit> Ast;
  std::set<ReadFile> Reads;
  RuleRuns Rules;
};

ParsedSource::ParsedSource(const Unit &U) : Source(U.Source) {
  for (const Command &C : U.Commands) {
    auto New = std::make_unique<Compiled>();
    New->Directory = C.Directory;
    OneCommand Database(C, U.Source);
    tooling::ClangTool Tool(Database, {U.Source},
                            std::make_shared<PCHContainerOperations>(),
                            New->Files);
    Tool.setPrintErrorMessage(false);
    Tool.setDiagnosticConsumer(&New->Errors);
    Tool.appendArgumentsAdjuster(adjustArguments());
    std::vector<std::unique_ptr<ASTUnit>> Asts;
    bool Built = Tool.buildASTs(Asts) == 0 && Asts.size() == 1;
    if (Built)
      New->Ast = std::move(Asts.front());
    // What does not parse is not judged by half.
    Ok &= Built && !New->Ast->getDiagnostics().hasErrorOccurred();
    All.push_back(std::move(New));
  }
  Ok &= !All.empty();
}

ParsedSource::~ParsedSource() = default;

/// What the unit was made of, with the content that was parsed.
static void noteReads(const ASTUnit &Ast, std::set<ReadFile> &Reads) {
  const SourceManager &SM = Ast.getSourceManager();
  for (auto It = SM.fileinfo_begin(); It != SM.fileinfo_end(); ++It) {
    auto Buffer = It->second->getBufferIfLoaded();
    if (!Buffer)
      continue;
    StringRef Name = It->first.getFileEntry().tryGetRealPathName();
    Reads.insert({(Name.empty() ? It->first.getName() : Name).str(),
                  contentHash(Buffer->getBuffer())});
  }
}

Judgement ParsedSource::judge(const ApiModel &Model, Options Opts,
                              const Joined &Known, StringRef Root) {
  Judgement J;
  Opts.Others = &Known.Others;
  Opts.Entered = &Known.Entered;
  Opts.Known = &Known.Known;
  J.Analysed = Ok;
  for (const std::unique_ptr<Compiled> &C : All) {
    if (J.Error.empty())
      J.Error = C->Errors.Message;
    if (!C->Ast)
      continue;
    if (C->Reads.empty())
      noteReads(*C->Ast, C->Reads);
    J.Reads.insert(C->Reads.begin(), C->Reads.end());
    if (!Ok)
      continue;
    // Relative names are meant from where it was compiled.
    (void)C->Files->setCurrentWorkingDirectory(C->Directory);
    ASTContext &Context = C->Ast->getASTContext();
    collect(Context, analyse(Context, Model, Opts, &C->Rules), J);
  }
  J.Against = contentHash(slice(Known, J.Tells), Root);
  return J;
}

size_t ParsedSource::size() const {
  size_t Bytes = 0;
  for (const std::unique_ptr<Compiled> &C : All)
    if (C->Ast) {
      const SourceManager &SM = C->Ast->getSourceManager();
      Bytes += C->Ast->getASTContext().getASTAllocatedMemory() +
               C->Ast->getASTContext().getSideTableAllocatedMemory() +
               C->Ast->getPreprocessor().getTotalMemory() +
               SM.getContentCacheSize() + SM.getDataStructureSizes();
    }
  return Bytes;
}
