//===- Unit.h - What one source came to --------------------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_UNIT_H
#define GVLSAN_TOOL_UNIT_H

#include "analysis/Settings.h"
#include "tool/Compile.h"
#include "tool/Output.h"

namespace gvlsan {

/// How a source is compiled, once; the arguments as the database has them.
struct Command {
  std::string Directory;
  std::vector<std::string> Arguments;

  friend bool operator==(const Command &, const Command &) = default;
};

/// A file that was read, and its content then.
struct ReadFile {
  std::string File, Hash;

  friend auto operator<=>(const ReadFile &, const ReadFile &) = default;
};

/// What the analysis of a source came to, with all that is needed to do it
/// again and to know whether that would come to the same. File names are
/// absolute.
struct Judgement {
  bool Analysed = false;
  /// Why not, in one line; may be empty.
  std::string Error = {};
  Statistics Stats = {};
  std::vector<Report> Reports = {};
  unsigned Suppressed = 0;
  Exchange Tells = {};
  /// The sources and headers, and files that were looked at for NOLINT.
  std::set<ReadFile> Reads = {};
  /// What it knew of the other files, as a contentHash().
  std::string Against = {};
};

/// A source.
struct Unit {
  /// Its absolute name.
  std::string Source;
  std::vector<Command> Commands;
  Judgement Judged = {};
  /// What it is judged with; and Settings::Facts when it was.
  std::shared_ptr<const Settings> Set = {};
  std::string Facts = {};
};

/// The units of \p Batches, in their order.
std::vector<Unit> unitsOf(const std::vector<Batch> &Batches);

/// Gives each unit its settings.
bool assignSettings(std::vector<Unit> &Units, SettingsReader &Reader,
                    std::string &Error);

/// Joins the units; what the settings hide is counted, what several report, a
/// header's code, counts once. Names of files below \p Root become relative to
/// it.
Summary merge(const std::vector<Unit> &Units, llvm::StringRef Root);

} // namespace gvlsan

#endif // GVLSAN_TOOL_UNIT_H
