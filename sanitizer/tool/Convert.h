//===- Convert.h - A run's findings in another format -----------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_CONVERT_H
#define GVLSAN_TOOL_CONVERT_H

#include <string>

namespace gvlsan {

/// The log that the processes of a run share, for `gvlsan report` to read.
class RunLog {
public:
  /// Makes the file in TMPDIR, or in /tmp. \c path is empty, and errno says
  /// why, when that fails.
  RunLog();

  const std::string &path() const { return Path; }

  /// Writes the log as \p Format to \p Output, which may be empty: then to
  /// standard error. Removes the log, unless it could not be converted: then
  /// says where it is. \returns whether it was.
  bool convert(const std::string &Format, const std::string &Output) const;

private:
  std::string Path;
};

} // namespace gvlsan

#endif // GVLSAN_TOOL_CONVERT_H
