//===- Origins.h - Where an object comes from, whatever the path -*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Which objects an expression may come to, and what keeps each of them by
/// itself. Flow is not followed: every assignment to a variable counts.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_ORIGINS_H
#define GVLSAN_ANALYSIS_ORIGINS_H

#include "analysis/Inventory.h"

#include "llvm/ADT/SmallSet.h"

namespace gvlsan {

/// What keeps an object that nothing else does anything for.
enum class Standing {
  /// A special constant, or an object that never dies and never moves.
  Immortal,
  /// Live by a constant or a variable of Ruby's; movable.
  Rooted,
  /// An element, an instance variable, a class of another object; movable.
  Kept,
  /// Made by a call of the C API.
  Fresh,
  /// What a caller hands over.
  Given,
  /// What a call of Ruby or of a function out of sight came to.
  Unknown,
  /// Read from memory whose filling is not seen.
  Stored,
};

struct ObjectOrigin {
  Standing From = Standing::Unknown;
  /// The expression that makes or reads it.
  const clang::Expr *Site = nullptr;
  /// For Given.
  const clang::ParmVarDecl *Parameter = nullptr;
};

/// What an expression may come to, and the variables on the way.
struct OriginSet {
  llvm::SmallVector<ObjectOrigin, 4> All;
  llvm::SmallVector<const clang::VarDecl *, 4> Through;

  /// The least kept of them; nullptr when all are immortal.
  const ObjectOrigin *weakest() const;
};

class Origins {
public:
  explicit Origins(Inventory &Seen);

  OriginSet of(const clang::Expr *E);

  /// Whether some call makes what \p V holds a root of its own.
  bool isRooted(const clang::VarDecl *V) const {
    return RootedVariables.contains(V);
  }
  /// Whether a call in \p In makes another object keep what \p V holds.
  bool isKept(const clang::VarDecl *V, const clang::FunctionDecl *In) const {
    return KeptVariables.contains({V, In});
  }

private:
  void resolve(const clang::Expr *E, OriginSet &Out, unsigned Depth);
  void resolveCall(const clang::CallExpr *Call, OriginSet &Out, unsigned Depth);
  void resolveVariable(const clang::VarDecl *V, const clang::Expr *Site,
                       OriginSet &Out, unsigned Depth);
  void resolveParameter(const clang::ParmVarDecl *P, const clang::Expr *Site,
                        OriginSet &Out, unsigned Depth);
  bool isOneOfSymbols(const clang::VarDecl *V, unsigned Depth);
  void resolveReturns(const clang::FunctionDecl *F,
                      llvm::ArrayRef<const clang::Expr *> Args, OriginSet &Out,
                      unsigned Depth);
  bool isPinnedConstant(const clang::CallExpr *Call) const;

  Inventory &Seen;
  llvm::DenseSet<const clang::VarDecl *> RootedVariables, Numbers;
  llvm::DenseSet<std::pair<const clang::VarDecl *, const clang::FunctionDecl *>>
      KeptVariables;
  /// Globals of the extension's own that a variable is compared with.
  llvm::DenseMap<const clang::VarDecl *,
                 llvm::SmallVector<const clang::VarDecl *, 2>>
      ComparedWith;
  llvm::DenseSet<const void *> Busy;
};

/// In words, with its article: "a new object", "the caller's object".
std::string describe(const ObjectOrigin &O);

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_ORIGINS_H
