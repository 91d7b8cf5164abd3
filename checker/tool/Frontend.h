//===- Frontend.h - A source in, a judgement out -----------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_FRONTEND_H
#define GVLSAN_TOOL_FRONTEND_H

#include "tool/Unit.h"

#include <memory>

namespace gvlsan {

/// A source in memory, as often as it is compiled. Threads may parse and judge
/// different sources at a time.
class ParsedSource {
public:
  /// Parses \p U's source; errors are kept for judge().
  explicit ParsedSource(const Unit &U);
  ~ParsedSource();

  /// Analyses it with what \p Known tells of the other files.
  /// \param Root what Judgement::Against is independent of.
  Judgement judge(const ApiModel &Model, Options Opts, const Joined &Known,
                  llvm::StringRef Root);

  /// An estimate of what it occupies, in bytes.
  size_t size() const;

private:
  struct Compiled;
  std::vector<std::unique_ptr<Compiled>> All;
  std::string Source;
  bool Ok = true;
};

} // namespace gvlsan

#endif // GVLSAN_TOOL_FRONTEND_H
