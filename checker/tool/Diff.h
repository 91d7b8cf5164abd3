//===- Diff.h - What changed since a revision --------------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_DIFF_H
#define GVLSAN_TOOL_DIFF_H

#include "tool/Output.h"

#include <map>

namespace gvlsan {

/// The lines of a work tree that differ from a revision of it.
class ChangedLines {
public:
  /// Asks git.
  /// \param Folder any folder of the work tree.
  /// \param [out] Error one line, when git cannot tell.
  bool read(llvm::StringRef Folder, llvm::StringRef Revision,
            std::string &Error);

  /// Reads the output of `git diff -U0` without prefixes, whose names are
  /// relative to \p Top.
  void parse(llvm::StringRef Diff, llvm::StringRef Top);

  /// Whether any line from \p First to \p Last of \p File, an absolute name,
  /// has changed.
  bool any(llvm::StringRef File, unsigned First, unsigned Last) const;

private:
  /// First and last lines, by absolute names.
  std::map<std::string, std::vector<std::pair<unsigned, unsigned>>> Ranges;
};

/// Takes out of \p S what neither lies in a function that changed, nor has a
/// place of its story on a line that did, and counts it there.
/// \param Root what file names in \p S are relative to.
void keepChanged(const ChangedLines &Changed, llvm::StringRef Root, Summary &S);

} // namespace gvlsan

#endif // GVLSAN_TOOL_DIFF_H
