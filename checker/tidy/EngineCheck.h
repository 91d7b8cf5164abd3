//===- EngineCheck.h - A check that asks the engine --------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What all checks do: run the engine on the translation unit, once for all of
/// them, and report the findings of their rules. The options ruby-gvl.Profile,
/// ruby-gvl.Ruby, ruby-gvl.Severity, ruby-gvl.Model and ruby-gvl.Index hold for
/// every check.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TIDY_ENGINECHECK_H
#define GVLSAN_TIDY_ENGINECHECK_H

#include "analysis/Settings.h"

#include "clang-tidy/ClangTidyCheck.h"

namespace gvlsan::tidy {

class EngineCheck : public clang::tidy::ClangTidyCheck {
public:
  /// \param Family the name of Checks.h whose rules this check reports.
  EngineCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context,
              const char *Family);

  void registerMatchers(clang::ast_matchers::MatchFinder *Finder) override;
  void
  check(const clang::ast_matchers::MatchFinder::MatchResult &Result) override;
  void onStartOfTranslationUnit() override;
  void storeOptions(clang::tidy::ClangTidyOptions::OptionMap &Opts) override;

private:
  /// Analyses the unit, unless another check did. \returns nullptr when it
  /// cannot be.
  const Analysis *analyseUnit(clang::ASTContext &Context);

  const char *Family;
  /// What SettingsReader is told, by its names.
  std::map<std::string, std::string> Given;
};

} // namespace gvlsan::tidy

#endif // GVLSAN_TIDY_ENGINECHECK_H
