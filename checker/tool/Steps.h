//===- Steps.h - The options of the steps ------------------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// `gvlsan summarize`, `link` and `ninja` are steps of a build: files in, one
/// file out, and one line about what went wrong.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_STEPS_H
#define GVLSAN_TOOL_STEPS_H

#include "tool/CommandLine.h"

namespace gvlsan {

/// An option that takes a value, and where the value goes.
struct StepOption {
  llvm::StringRef Name;
  std::string *Into;
};

/// The command line of a step: options in any order, and paths.
struct StepLine {
  /// How errors begin: "gvlsan link".
  const char *Verb;
  const char *Help;
  std::vector<StepOption> Options;
  std::vector<std::string> Paths = {};

  /// \returns the exit code when there is nothing left to do, as after --help.
  std::optional<int> parse(int Argc, const char **Argv);
  int fail(const llvm::Twine &Message, int Code = Incomplete) const;
};

/// Hands the options that have a value to \p Reader, which knows their names.
bool readSettings(const std::vector<StepOption> &Given, SettingsReader &Reader,
                  std::string &Error);

} // namespace gvlsan

#endif // GVLSAN_TOOL_STEPS_H
