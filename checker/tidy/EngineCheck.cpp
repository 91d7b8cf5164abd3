//===- EngineCheck.cpp - A check that asks the engine ---------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tidy/EngineCheck.h"

#include "analysis/Checks.h"

#include "llvm/ADT/StringExtras.h"

#include <cstring>
#include <optional>

using namespace clang;
using namespace clang::ast_matchers;
using namespace gvlsan::tidy;

namespace {

/// The settings, and the present translation unit's analysis, which all checks
/// share.
struct SharedState {
  std::unique_ptr<gvlsan::SettingsReader> Reader;
  std::shared_ptr<const gvlsan::Settings> Settings;
  std::optional<gvlsan::Analysis> Result;
} Shared;

/// What all checks' options begin with, as those of one check begin with its
/// name.
constexpr const char OptionPrefix[] = "ruby-gvl";

/// The option \p Name of SettingsReader as clang-tidy's users write it, behind
/// the prefix.
std::string localName(StringRef Name) {
  std::string Out = Name.str();
  Out[0] = llvm::toUpper(Out[0]);
  return Out;
}
std::string optionName(StringRef Name) {
  return std::string(OptionPrefix) + "." + localName(Name);
}

} // namespace

EngineCheck::EngineCheck(StringRef Name, clang::tidy::ClangTidyContext *Context,
                         const char *Family)
    : ClangTidyCheck(Name, Context), Family(Family) {
  // Asked for as a check asks, so that --verify-config learns the names.
  OptionsView Common(OptionPrefix, Context->getOptions().CheckOptions, Context);
  for (const char *Option : gvlsan::SettingsReader::names())
    if (std::optional<StringRef> Value = Common.get(localName(Option));
        Value && !Value->empty())
      Given[Option] = Value->str();
}

void EngineCheck::storeOptions(clang::tidy::ClangTidyOptions::OptionMap &Opts) {
  using Value = clang::tidy::ClangTidyOptions::ClangTidyValue;
  for (const char *Option : gvlsan::SettingsReader::names()) {
    auto It = Given.find(Option);
    Opts[optionName(Option)] = Value(It == Given.end() ? "" : It->second);
  }
}

void EngineCheck::registerMatchers(MatchFinder *Finder) {
  Finder->addMatcher(translationUnitDecl().bind("unit"), this);
}

void EngineCheck::onStartOfTranslationUnit() { Shared = {}; }

const gvlsan::Analysis *EngineCheck::analyseUnit(ASTContext &Context) {
  if (Shared.Reader)
    return Shared.Result ? &*Shared.Result : nullptr;
  Shared.Reader = std::make_unique<gvlsan::SettingsReader>();
  for (const auto &[Option, Value] : Given)
    if (std::string Error; !Shared.Reader->set(Option, Value, Error))
      configurationDiag("%0, in option '%1'", DiagnosticIDs::Error)
          << Error << optionName(Option);
  std::string Error;
  Shared.Settings = Shared.Reader->settingsFor(getCurrentMainFile(), Error);
  if (!Shared.Settings) {
    configurationDiag("%0", DiagnosticIDs::Error) << Error;
    return nullptr;
  }
  return &Shared.Result.emplace(gvlsan::analyse(
      Context, *Shared.Settings->Model, Shared.Settings->Engine));
}

void EngineCheck::check(const MatchFinder::MatchResult &Result) {
  const gvlsan::Analysis *Found = analyseUnit(*Result.Context);
  if (!Found)
    return;
  for (gvlsan::Finding F : Found->Findings) {
    const char *Name = gvlsan::checkName(F.Rule);
    if (std::strcmp(Name, Family) != 0 ||
        !Shared.Settings->reports(F.Level,
                                  Result.SourceManager->getFilename(F.Where)))
      continue;
    gvlsan::endInUnit(F);
    // As clang-tidy has it: every finding is a warning, and -warnings-as-errors
    // decides what fails a build. An error would mean a broken source.
    {
      // Emitted at the end of its life, before the notes.
      auto Head = diag(F.Where, "%0 [%1]");
      Head << F.Message << gvlsan::ruleInfo(F.Rule).Name;
      for (const gvlsan::FixIt &Fix : F.FixIts)
        Head << FixItHint::CreateInsertion(Fix.Where, Fix.Insert);
    }
    for (const gvlsan::Note &N : F.Notes)
      diag(N.Where, "%0", DiagnosticIDs::Note) << N.Message;
  }
}
