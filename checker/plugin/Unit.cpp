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

std::vector<Finding> plugin::judge(ASTContext &Context, const Settings &S) {
  static const ApiModel Model = ApiModel::builtin();
  Analysis Result = analyse(Context, Model, S.Engine);
  const SourceManager &SM = Context.getSourceManager();
  std::erase_if(Result.Findings, [&](const Finding &F) {
    return isSuppressed(SM.getBufferData(SM.getFileID(F.Where)),
                        SM.getSpellingLineNumber(F.Where), F.Rule);
  });
  return std::move(Result.Findings);
}

std::string plugin::title(const Finding &F) {
  return F.Message + " [" + ruleInfo(F.Rule).Name + "]";
}
