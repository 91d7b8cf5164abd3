//===- CommandLine.h - The options of `gvlsan check` ------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_COMMANDLINE_H
#define GVLSAN_TOOL_COMMANDLINE_H

#include "analysis/Settings.h"

#include <string>
#include <vector>

namespace gvlsan {

/// What every verb of the checker exits with.
enum Exit { Clean = 0, SomeFindings = 1, Incomplete = 2, Usage = 64 };

extern const char CheckHelp[];

enum class Format { Text, Json, Sarif, Github, Html };

/// The command line.
struct Request {
  std::vector<std::string> Paths;
  std::string Folder;
  /// Where judgements are kept; empty: nowhere.
  std::string CacheFolder;
  bool IsCacheGiven = false;
  /// An index that holds all that is known of other files; may be empty.
  std::string Index;
  /// What names in summaries and the index are relative to.
  std::string Root;
  unsigned Jobs = 0;
  bool Stats = false, Help = false;
  Format As = Format::Text;
  /// Files; empty for none, Output for standard output.
  std::string Output, Baseline, NewBaseline;
  /// What git compares with; empty: all findings are reported.
  std::string DiffBase;
  SettingsReader Settings;
};

/// LLVM's own command-line library is not used: libLLVM registers options of
/// its own with it, --stats among them.
/// \returns whether it is understood; otherwise \p Error is one line.
bool parseCommandLine(int Argc, const char **Argv, Request &R,
                      std::string &Error);

} // namespace gvlsan

#endif // GVLSAN_TOOL_COMMANDLINE_H
