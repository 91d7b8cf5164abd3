//===- Settings.cpp - What a user asks of the analysis --------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Settings.h"

#include "analysis/IndexFile.h"
#include "analysis/UserFile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

#include <optional>

using namespace gvlsan;
using llvm::StringRef;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

static std::optional<Profile> profileNamed(StringRef Name) {
  return llvm::StringSwitch<std::optional<Profile>>(Name)
      .Case("practical", Practical)
      .Case("strict", Strict)
      .Case("bounce", Bounce)
      .Default(std::nullopt);
}

static std::optional<Severity> severityNamed(StringRef Name) {
  return llvm::StringSwitch<std::optional<Severity>>(Name)
      .Case("warning", Severity::Warning)
      .Case("error", Severity::Error)
      .Default(std::nullopt);
}

static std::string absolute(StringRef File) {
  llvm::SmallString<256> Path(File);
  if (fs::make_absolute(Path))
    return File.str();
  path::remove_dots(Path, /*remove_dot_dot=*/true);
  return Path.str().str();
}

bool Settings::reports(Severity Level, StringRef File) const {
  if (Level < Threshold)
    return false;
  if (Ignored.empty())
    return true;
  std::string Path = absolute(File);
  StringRef Name = Path;
  return !Name.consume_front(Folder) ||
         llvm::none_of(Ignored, [&](const llvm::GlobPattern &Pattern) {
           return Pattern.match(Name);
         });
}

llvm::ArrayRef<const char *> SettingsReader::names() {
  static constexpr const char *Names[] = {"profile", "ruby", "severity",
                                          "model", "index"};
  return Names;
}

bool SettingsReader::set(StringRef Name, StringRef Value, std::string &Error) {
  unsigned Version;
  if (Name == "model") {
    UserFile File;
    if (!File.read(Value, Error))
      return false;
    Models.push_back(absolute(Value));
    return true;
  }
  if (Name == "index") {
    auto Read = std::make_shared<Joined>();
    if (!readIndex(Value, "", *Read, Error))
      return false;
    Index = Read;
    return true;
  }
  if (Name == "profile" ? profileNamed(Value).has_value()
      : Name == "ruby"  ? parseRuby(Value, Version)
                        : Name == "severity" && severityNamed(Value)) {
    Given.emplace_back(Name.str(), Value.str());
    return true;
  }
  const char *Problem =
      llvm::StringSwitch<const char *>(Name)
          .Case("profile", "is no profile; practical, strict and bounce are")
          .Case("ruby", "is not a version of Ruby; 3.3 is")
          .Case("severity", "is no severity; error and warning are")
          .Default(nullptr);
  Error = Problem ? ("'" + Value + "' " + Problem).str()
                  : ("there is no option '" + Name + "'").str();
  return false;
}

std::shared_ptr<const Settings>
SettingsReader::make(const std::string &UserFileName,
                     std::string &Error) const {
  static const auto Builtin =
      std::make_shared<const ApiModel>(ApiModel::builtin());
  auto S = std::make_shared<Settings>();
  std::shared_ptr<ApiModel> Model;
  std::vector<std::pair<std::string, std::string>> Said;
  std::string Facts;
  std::vector<std::string> Files = Models;
  if (!UserFileName.empty())
    Files.insert(Files.begin(), UserFileName);
  for (const std::string &Name : Files) {
    UserFile File;
    if (!File.read(Name, Error))
      return nullptr;
    if (!Model)
      Model = std::make_shared<ApiModel>(*Builtin);
    if (!File.extend(*Model, Error))
      return nullptr;
    for (const auto &[Option, Value] :
         {std::pair("profile", File.Profile), std::pair("ruby", File.Ruby),
          std::pair("severity", File.Severity)})
      if (!Value.empty())
        Said.emplace_back(Option, Value);
    // Patterns are relative to the file that holds them; those of the file that
    // was found stand, because --model brings facts.
    if (Name == UserFileName) {
      S->Folder = path::parent_path(Name).str() + "/";
      S->IgnoredText = File.Ignored;
      for (const std::string &Pattern : S->IgnoredText)
        if (auto Glob = llvm::GlobPattern::create(Pattern))
          S->Ignored.push_back(std::move(*Glob));
        else
          llvm::consumeError(Glob.takeError());
    }
    Facts += File.Text + '\0';
    S->Files.emplace_back(Name, File.Text);
  }
  Said.insert(Said.end(), Given.begin(), Given.end());
  for (const auto &[Option, Value] : Said) {
    if (Option == "profile")
      S->Engine.Profile = profileNamed(Value).value_or(Practical);
    else if (Option == "ruby")
      parseRuby(Value, S->Engine.Ruby);
    else
      S->Threshold = severityNamed(Value).value_or(Severity::Warning);
  }
  if (!Facts.empty())
    S->Facts = llvm::utohexstr(llvm::xxh3_64bits(Facts), true, 16);
  S->Engine.Explain = Explain;
  if ((S->Index = Index)) {
    S->Engine.Others = &Index->Others;
    S->Engine.Entered = &Index->Entered;
    S->Engine.Known = &Index->Known;
  }
  if (Model)
    S->Model = Model;
  else
    S->Model = Builtin;
  return S;
}

std::shared_ptr<const Settings>
SettingsReader::settingsFor(StringRef File, std::string &Error) {
  std::string Name = findUserFile(File);
  std::lock_guard<std::mutex> Guard(Lock);
  auto [It, IsNew] = ByUserFile.try_emplace(Name);
  auto &[Made, Problem] = It->second;
  if (IsNew)
    Made = make(Name, Problem);
  Error = Problem;
  return Made;
}
