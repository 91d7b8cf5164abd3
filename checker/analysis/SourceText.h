//===- SourceText.h - Source as messages show it -----------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_SOURCETEXT_H
#define GVLSAN_ANALYSIS_SOURCETEXT_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/Expr.h"

#include <string>

namespace gvlsan {

/// The text of \p E on one line, cut at 60 characters; empty when it has none
/// of its own.
std::string sourceText(const clang::ASTContext &Context, const clang::Expr *E);

/// The name by which other files know \p F: overloads have different ones.
std::string linkName(const clang::FunctionDecl *F);

/// Whether the name of \p F can be written down: what templates nest in their
/// arguments grows exponentially with the depth.
bool hasName(const clang::FunctionDecl *F);

/// The name with its scopes; without them when that cannot be written down.
std::string qualifiedName(const clang::FunctionDecl *F);

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_SOURCETEXT_H
