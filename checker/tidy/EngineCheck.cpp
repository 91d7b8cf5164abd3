//===- EngineCheck.cpp - A check that asks the engine ---------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tidy/EngineCheck.h"

#include "analysis/Checks.h"

#include "llvm/ADT/StringSwitch.h"

#include <cstring>
#include <optional>

using namespace clang;
using namespace clang::ast_matchers;
using namespace gvlsan::tidy;

EngineCheck::EngineCheck(StringRef Name, clang::tidy::ClangTidyContext *Context,
                         const char *Family)
    : ClangTidyCheck(Name, Context), Family(Family),
      ProfileName(
          Context->getOptions().CheckOptions.lookup("ruby-gvl.Profile").Value),
      RubyVersion(
          Context->getOptions().CheckOptions.lookup("ruby-gvl.Ruby").Value) {}

void EngineCheck::storeOptions(clang::tidy::ClangTidyOptions::OptionMap &Opts) {
  using Value = clang::tidy::ClangTidyOptions::ClangTidyValue;
  Opts["ruby-gvl.Profile"] =
      Value(ProfileName.empty() ? "practical" : ProfileName);
  Opts["ruby-gvl.Ruby"] = Value(RubyVersion);
}

void EngineCheck::registerMatchers(MatchFinder *Finder) {
  Finder->addMatcher(translationUnitDecl().bind("unit"), this);
}

/// The present translation unit's analysis, which its checks share.
static std::optional<gvlsan::Analysis> Shared;

void EngineCheck::onStartOfTranslationUnit() { Shared.reset(); }

void EngineCheck::check(const MatchFinder::MatchResult &Result) {
  gvlsan::Options Opts;
  Opts.Profile = llvm::StringSwitch<gvlsan::Profile>(ProfileName)
                     .Case("strict", gvlsan::Strict)
                     .Case("bounce", gvlsan::Bounce)
                     .Default(gvlsan::Practical);
  if (!RubyVersion.empty() && !gvlsan::parseRuby(RubyVersion, Opts.Ruby))
    configurationDiag("'%0' is not a version of Ruby; 3.3 is") << RubyVersion;
  static const gvlsan::ApiModel Model = gvlsan::ApiModel::builtin();
  if (!Shared)
    Shared = gvlsan::analyse(*Result.Context, Model, Opts);
  for (const gvlsan::Finding &F : Shared->Findings) {
    const char *Name = gvlsan::checkName(F.Rule);
    if (std::strcmp(Name, Family) != 0)
      continue;
    // As clang-tidy has it: every finding is a warning, and -warnings-as-errors
    // decides what fails a build. An error would mean a broken source.
    diag(F.Where, "%0 [%1]") << F.Message << gvlsan::ruleInfo(F.Rule).Name;
    for (const gvlsan::Note &N : F.Notes)
      diag(N.Where, "%0", DiagnosticIDs::Note) << N.Message;
  }
}
