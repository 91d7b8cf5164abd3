//===- Program.h - The functions of a translation unit -----------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Which functions there are, who mentions whom, which of them can reach a
/// change of the lock's state, and what kind of function a callee is.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_PROGRAM_H
#define GVLSAN_ANALYSIS_PROGRAM_H

#include "analysis/Liveness.h"
#include "api/ApiModel.h"

#include "clang/AST/ASTContext.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"

#include <memory>

namespace gvlsan {

/// A function with a body, ready to be analysed.
struct Body {
  std::unique_ptr<clang::CFG> Graph;
  /// Blocks in reverse post-order.
  std::vector<const clang::CFGBlock *> Order;
  /// By block id.
  std::vector<unsigned> Rank;
  std::unique_ptr<Liveness> Live;
};

class Program {
public:
  Program(clang::ASTContext &Context, const ApiModel &Model);

  /// The extension's own functions, in source order.
  llvm::ArrayRef<const clang::FunctionDecl *> definitions() const {
    return Definitions.getArrayRef();
  }

  /// Those that can reach a call which changes the state of the lock.
  bool reachesRegion(const clang::FunctionDecl *F) const {
    return Reaching.contains(F->getCanonicalDecl());
  }

  /// Whether some other function of the extension calls \p F by name.
  bool isCalled(const clang::FunctionDecl *F) const {
    return Called.contains(F->getCanonicalDecl());
  }
  /// Functions that are mentioned as the callback of a call that releases the
  /// lock, directly.
  llvm::ArrayRef<const clang::FunctionDecl *> regionCallbacks() const {
    return Callbacks.getArrayRef();
  }
  bool isRegionCallback(const clang::FunctionDecl *F) const {
    return Callbacks.contains(F->getCanonicalDecl());
  }

  /// The definition when \p F is the extension's own, else nullptr.
  const clang::FunctionDecl *ownDefinition(const clang::FunctionDecl *F) const;

  bool isRubyHeader(clang::SourceLocation Loc) const;

  /// What is known of a function that is not the extension's own. A function
  /// of a Ruby header that the model does not list needs the lock, unless its
  /// inline body shows otherwise.
  const FunctionFacts *facts(const clang::FunctionDecl *F);

  /// \returns nullptr when no graph can be built.
  Body *body(const clang::FunctionDecl *F);

  /// Whether the C global \p V is registered as a root somewhere in the unit.
  bool isRegistered(const clang::VarDecl *V) const {
    return Registered.contains(V->getCanonicalDecl());
  }
  /// Whether \p F is marked with a function that lets the object move.
  bool isMarkedMovable(const clang::FieldDecl *F) const {
    return Movable.contains(F->getCanonicalDecl());
  }

private:
  class Indexer;
  void markReaching();
  FunctionFacts classify(const clang::FunctionDecl *F);

  clang::ASTContext &Context;
  const ApiModel &Model;
  llvm::SetVector<const clang::FunctionDecl *> Definitions;
  llvm::DenseMap<const clang::FunctionDecl *,
                 llvm::SetVector<const clang::FunctionDecl *>>
      Mentions;
  llvm::DenseSet<const clang::FunctionDecl *> Reaching, Called;
  llvm::SetVector<const clang::FunctionDecl *> Callbacks;
  llvm::DenseSet<const clang::VarDecl *> Registered;
  llvm::DenseSet<const clang::FieldDecl *> Movable;
  std::string RubyRoot, RubyArchRoot;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<FunctionFacts>>
      Classified;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<Body>> Bodies;
};

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_PROGRAM_H
