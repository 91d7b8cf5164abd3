//===- GuardFix.h - The edit that guards an object ---------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_GUARDFIX_H
#define GVLSAN_ANALYSIS_GUARDFIX_H

#include "analysis/Finding.h"
#include "analysis/FunctionText.h"

#include <optional>

namespace gvlsan {

/// A guard of \p Holder, a line of its own, behind the statement of \p Text
/// that \p Last is part of. Nothing where that is no mere insertion: behind a
/// return or a condition, in the arm of an if without braces, in a macro, or
/// where \p Holder cannot be named.
std::optional<FixIt> guardBehind(const clang::Expr *Last,
                                 const clang::VarDecl *Holder,
                                 const FunctionText &Text,
                                 const clang::ASTContext &Context);

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_GUARDFIX_H
