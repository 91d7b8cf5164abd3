//===- Branches.h - Which code excludes which --------------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_BRANCHES_H
#define GVLSAN_ANALYSIS_BRANCHES_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/Stmt.h"

namespace gvlsan {

/// Whether \p A and \p B, places in \p Body, lie in two branches of one
/// condition, so that one run never comes to both.
bool areExclusive(const clang::ASTContext &Context, const clang::Stmt *Body,
                  clang::SourceLocation A, clang::SourceLocation B);

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_BRANCHES_H
