//===- Collector.h - Findings beyond their unit -----------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_COLLECTOR_H
#define GVLSAN_TOOL_COLLECTOR_H

#include "tool/Unit.h"

#include "clang/AST/ASTContext.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/SmallString.h"

namespace gvlsan {

/// Makes findings independent of the translation unit they came from.
class Collector {
public:
  Collector();

  /// The unit that is filled next.
  Unit *Into = nullptr;

  void take(clang::ASTContext &Context, const Analysis &Result);

private:
  std::string shorten(llvm::StringRef File) const;
  Located locate(const clang::SourceManager &SM, clang::SourceLocation Loc,
                 const std::string &Message) const;

  llvm::SmallString<256> WorkingFolder;
};

} // namespace gvlsan

#endif // GVLSAN_TOOL_COLLECTOR_H
