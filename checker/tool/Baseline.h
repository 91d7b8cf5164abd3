//===- Baseline.h - Findings that are known ----------------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A baseline is a JSON file that a project keeps in its repository: the
/// findings that it knows of, one a line and sorted, so that a change of it
/// reads well. They are known by their fingerprints, which do not count lines;
/// of findings that share one, as many are known as it says.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_BASELINE_H
#define GVLSAN_TOOL_BASELINE_H

#include "tool/Output.h"

#include <map>

namespace gvlsan {

class Baseline {
public:
  /// Reads the file \p File.
  /// \param [out] Error one line that names the file, when it is no baseline.
  bool read(llvm::StringRef File, std::string &Error);

  /// Takes what it holds out of \p S, and counts it there.
  void apply(Summary &S) const;

  /// The text of one that holds the reports of \p S.
  static std::string textOf(const Summary &S);

private:
  /// How many are known, by fingerprint.
  std::map<std::string, int64_t> Known;
};

} // namespace gvlsan

#endif // GVLSAN_TOOL_BASELINE_H
