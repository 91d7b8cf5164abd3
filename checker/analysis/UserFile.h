//===- UserFile.h - .gvlsan.yaml ---------------------------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What a project tells the checker of itself: facts about functions, in the
/// schema of checker/api/model, and the options below.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_USERFILE_H
#define GVLSAN_ANALYSIS_USERFILE_H

#include "api/ApiModel.h"

namespace gvlsan {

/// The name under which it is looked for.
inline constexpr const char UserFileName[] = ".gvlsan.yaml";

struct UserFile {
  /// As it was opened; and its text, with which the model is extended.
  std::string Name, Text;
  /// Options; empty when it does not set them. They are known to be valid.
  std::string Profile, Ruby, Severity;
  /// Patterns of files in which nothing is reported, relative to the file's
  /// folder.
  std::vector<std::string> Ignored;

  /// Reads the file \p Path.
  /// \param [out] Error one line that names the file and, where it can, the
  /// line, when it cannot be read or is wrong.
  bool read(llvm::StringRef Path, std::string &Error);

  /// Adds its facts to \p Model.
  bool extend(ApiModel &Model, std::string &Error) const {
    return Model.add(Name, Text, Error, /*ByUser=*/true);
  }
};

/// The user file that holds for the source \p File: the nearest one at or above
/// its folder, in the same repository. \returns an empty string when there is
/// none.
std::string findUserFile(llvm::StringRef File);

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_USERFILE_H
