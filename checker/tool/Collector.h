//===- Collector.h - Findings beyond their unit -----------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_COLLECTOR_H
#define GVLSAN_TOOL_COLLECTOR_H

#include "tool/Unit.h"

#include "clang/AST/ASTContext.h"

namespace gvlsan {

/// Adds \p Result to \p Into, in a form that outlives the translation unit:
/// without what NOLINT comments suppress, and with absolute file names.
void collect(const clang::ASTContext &Context, const Analysis &Result,
             Judgement &Into);

} // namespace gvlsan

#endif // GVLSAN_TOOL_COLLECTOR_H
