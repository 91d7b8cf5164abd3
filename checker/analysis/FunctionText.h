//===- FunctionText.h - What is written in a function ------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What can be read off a body without running it: its calls, where each local
/// is in scope, which locals have to be kept in memory because code out of
/// sight knows their address, and where a statement ends.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_FUNCTIONTEXT_H
#define GVLSAN_ANALYSIS_FUNCTIONTEXT_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

#include <vector>

namespace gvlsan {

/// The function that \p Call calls by name; macros of Ruby's headers choose
/// between two by whether an argument is constant. Null when it is not known.
const clang::FunctionDecl *calleeOf(const clang::CallExpr *Call,
                                    const clang::ASTContext &Context);

/// The calls in \p Body, in the order in which they are written, but for those
/// in lambdas: what a lambda does, it does when it is called.
std::vector<const clang::CallExpr *> callsIn(const clang::Stmt *Body);

class FunctionText {
public:
  /// \param Body not null.
  explicit FunctionText(const clang::Stmt *Body);

  /// Whether the address of \p V goes to a call or into memory, so that the
  /// compiler keeps it in the frame for as long as it is in scope. The address
  /// that RB_GC_GUARD takes goes nowhere.
  bool isAddressKnown(const clang::VarDecl *V) const {
    return AddressKnown.contains(V->getCanonicalDecl());
  }

  /// Whether \p S lies where \p V can be named.
  bool isInScope(const clang::VarDecl *V, const clang::Stmt *S) const;

  /// The mentions of \p V, in source order.
  llvm::ArrayRef<const clang::DeclRefExpr *>
  mentions(const clang::VarDecl *V) const;

  /// The statement of a block or of a body that \p S is part of; nullptr when
  /// there is none.
  const clang::Stmt *statementOf(const clang::Stmt *S) const;

  const clang::Stmt *parent(const clang::Stmt *S) const {
    return Parents.lookup(S);
  }

  /// Whether \p S is \p Outer or a part of it.
  bool isWithin(const clang::Stmt *S, const clang::Stmt *Outer) const;

private:
  void walk(const clang::Stmt *S, const clang::Stmt *Parent,
            const clang::Stmt *Scope);
  /// Where the address that \p E evaluates to goes.
  bool leaks(const clang::Stmt *E) const;

  llvm::DenseMap<const clang::Stmt *, const clang::Stmt *> Parents;
  llvm::DenseMap<const clang::VarDecl *, const clang::Stmt *> Scopes;
  llvm::DenseMap<const clang::VarDecl *,
                 llvm::SmallVector<const clang::DeclRefExpr *, 4>>
      Mentions;
  llvm::DenseMap<const clang::VarDecl *, bool> AddressKnown;
};

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_FUNCTIONTEXT_H
