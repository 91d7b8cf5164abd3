//===- Settings.h - What a user asks of the analysis -------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The options that every front end offers, under the same names and with the
/// same values, whichever way each of them is told: on its command line, or by
/// the .gvlsan.yaml that holds for the source.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_SETTINGS_H
#define GVLSAN_ANALYSIS_SETTINGS_H

#include "analysis/Engine.h"

#include "llvm/Support/GlobPattern.h"

#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace gvlsan {

/// What holds for one source.
struct Settings {
  Options Engine;
  /// The built-in model with what the user adds.
  std::shared_ptr<const ApiModel> Model;
  /// What is known of other files, to which Engine refers; may be null.
  std::shared_ptr<const Joined> Index;
  /// Findings below it are not reported.
  Severity Threshold = Severity::Warning;
  /// A hash of all that user files say; empty when there are none. The options
  /// are not part of it.
  std::string Facts;
  /// The user files, with what they held.
  std::vector<std::pair<std::string, std::string>> Files;

  /// Whether a finding of \p Level in \p File is reported.
  bool reports(Severity Level, llvm::StringRef File) const;

private:
  friend class SettingsReader;
  /// Where the patterns of ignored files are relative to, with a slash.
  std::string Folder;
  /// The patterns refer to their text.
  std::vector<std::string> IgnoredText;
  std::vector<llvm::GlobPattern> Ignored;
};

/// Takes options as they come and makes the settings of a source of them. What
/// is said here stands over what a user file says.
class SettingsReader {
public:
  /// What Options::Explain becomes.
  bool Explain = false;

  /// Sets `profile`, `ruby` or `severity`, adds the facts of the file `model`,
  /// or reads what `gvlsan link` made from the file `index`.
  /// \param [out] Error one line without an end, when it fails.
  bool set(llvm::StringRef Name, llvm::StringRef Value, std::string &Error);

  /// The settings for the source \p File. Any thread may ask.
  /// \param [out] Error one line that names the user file, when that is wrong;
  /// the result is null then.
  std::shared_ptr<const Settings> settingsFor(llvm::StringRef File,
                                              std::string &Error);

  /// The names that set() takes.
  static llvm::ArrayRef<const char *> names();

private:
  std::shared_ptr<const Settings> make(const std::string &UserFileName,
                                       std::string &Error) const;

  std::vector<std::pair<std::string, std::string>> Given;
  std::vector<std::string> Models;
  std::shared_ptr<const Joined> Index;
  std::mutex Lock;
  std::map<std::string, std::pair<std::shared_ptr<const Settings>, std::string>>
      ByUserFile;
};

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_SETTINGS_H
