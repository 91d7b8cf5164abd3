//===- CodeVisitor.h - Visits what is executed -----------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A visitor of whole units that leaves out what runs nothing. In C, of types
/// only the sizes of arrays do.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_CODEVISITOR_H
#define GVLSAN_ANALYSIS_CODEVISITOR_H

#include "clang/AST/RecursiveASTVisitor.h"

namespace gvlsan {

template <class Derived>
class CodeVisitor : public clang::RecursiveASTVisitor<Derived> {
  using Base = clang::RecursiveASTVisitor<Derived>;

public:
  bool TraverseDecl(clang::Decl *D) {
    if (IsC && llvm::isa_and_nonnull<clang::TagDecl, clang::TypedefNameDecl>(D))
      return true;
    return Base::TraverseDecl(D);
  }
  /// \p Rest: from LLVM 22 on, whether to visit qualifiers.
  template <class... Flags>
  bool TraverseTypeLoc(clang::TypeLoc Type, Flags... Rest) {
    if (IsC && !Type.isNull() && !Type.getType()->isVariablyModifiedType())
      return true;
    return Base::TraverseTypeLoc(Type, Rest...);
  }

private:
  // Derived's alone.
  friend Derived;
  explicit CodeVisitor(const clang::ASTContext &Context)
      : IsC(!Context.getLangOpts().CPlusPlus) {}

  bool IsC;
};

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_CODEVISITOR_H
