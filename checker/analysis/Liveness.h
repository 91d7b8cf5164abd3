//===- Liveness.h - Is a variable used after a call? -------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A VALUE in a local stays visible to the collector across a call only when
/// the compiler has to keep it, that is when some path uses it afterwards.
/// RB_GC_GUARD needs no special case: it takes the variable's address.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_LIVENESS_H
#define GVLSAN_ANALYSIS_LIVENESS_H

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/Analysis/CFG.h"
#include "llvm/ADT/DenseMap.h"

namespace gvlsan {

class Liveness {
public:
  explicit Liveness(const clang::CFG &Graph);

  /// Whether some path from just after \p Call reads \p V or takes its address
  /// before assigning it. \p Call is an element of the graph.
  bool isUsedAfter(const clang::VarDecl *V, const clang::Expr *Call);

private:
  bool search(const clang::VarDecl *V, const clang::Expr *Call) const;

  struct Point {
    const clang::CFGBlock *Block;
    unsigned Index;
  };
  llvm::DenseMap<const clang::Expr *, Point> Calls;
  /// Expressions that are the whole left side of an assignment.
  llvm::DenseMap<const clang::Expr *, bool> Assigned;
  llvm::DenseMap<std::pair<const clang::VarDecl *, const clang::Expr *>, bool>
      Answers;
};

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_LIVENESS_H
