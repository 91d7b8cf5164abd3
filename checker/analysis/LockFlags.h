//===- LockFlags.h - Flags that say who holds the lock ----------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Extensions whose functions run both with the lock and without it keep a flag
/// of their own, often of the thread, and choose by it: call a function, or
/// have it called with the lock. What such a flag is called and where it lives
/// does not matter; that one function is run in both ways, and never both,
/// does.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_LOCKFLAGS_H
#define GVLSAN_ANALYSIS_LOCKFLAGS_H

#include "analysis/Program.h"

#include "clang/AST/Expr.h"

namespace gvlsan {

/// Calls in one function that such a flag chooses.
struct ChosenByLock {
  /// Made with the lock whenever they are made: of `f` where the other branch
  /// has `f`, or a function that calls `f`, called with the lock, and that
  /// which releases the lock for `f` where the other branch calls `f` itself.
  llvm::DenseSet<const clang::CallExpr *> WithLock;
  /// Made without it: those that take the lock for `f`.
  llvm::DenseSet<const clang::CallExpr *> WithoutLock;
};

/// \param F a definition.
ChosenByLock callsChosenByLock(Program &Code, const clang::FunctionDecl *F);

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_LOCKFLAGS_H
