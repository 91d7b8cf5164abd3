//===- Unit.cpp - The findings of the unit that clang compiles ------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "plugin/Unit.h"

#include "tool/Nolint.h"

#include "clang/AST/ASTContext.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;
using namespace gvlsan;

std::vector<Finding> plugin::judge(ASTContext &Context,
                                   SettingsReader &Reader) {
  const SourceManager &SM = Context.getSourceManager();
  auto PathOf = [&](FileID File) -> StringRef {
    OptionalFileEntryRef Entry = SM.getFileEntryRefForID(File);
    if (!Entry)
      return "";
    StringRef Real = Entry->getFileEntry().tryGetRealPathName();
    return Real.empty() ? Entry->getName() : Real;
  };
  std::string Error;
  std::shared_ptr<const Settings> S =
      Reader.settingsFor(PathOf(SM.getMainFileID()), Error);
  if (!S) {
    DiagnosticsEngine &Diags = Context.getDiagnostics();
    Diags.Report(Diags.getCustomDiagID(DiagnosticsEngine::Error, "gvlsan: %0"))
        << Error;
    return {};
  }
  Analysis Result = analyse(Context, *S->Model, S->Engine);
  std::erase_if(Result.Findings, [&](const Finding &F) {
    FileID File = SM.getFileID(F.Where);
    return !S->reports(F.Level, PathOf(File)) ||
           isSuppressed(SM.getBufferData(File),
                        SM.getSpellingLineNumber(F.Where), F.Rule);
  });
  llvm::for_each(Result.Findings, endInUnit);
  return std::move(Result.Findings);
}

std::string plugin::title(const Finding &F) {
  return F.Message + " [" + ruleInfo(F.Rule).Name + "]";
}
