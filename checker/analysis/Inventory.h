//===- Inventory.h - What a unit assigns, calls and returns ------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// One walk over the extension's own code, for the rules that ask where objects
/// come from and where they are kept, whatever path is taken.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_INVENTORY_H
#define GVLSAN_ANALYSIS_INVENTORY_H

#include "analysis/Program.h"

#include "clang/AST/ASTContext.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"

#include <string>
#include <vector>

namespace gvlsan {

/// A variable, or a field or an element within it. Elements are not told
/// apart.
struct Spot {
  const clang::VarDecl *Variable = nullptr;
  /// ".field", "[]"; empty for the variable itself.
  std::string Path;

  explicit operator bool() const { return Variable; }
  friend bool operator<(const Spot &A, const Spot &B) {
    return std::tie(A.Variable, A.Path) < std::tie(B.Variable, B.Path);
  }
  friend bool operator==(const Spot &, const Spot &) = default;
  /// As a reader would write it.
  std::string text() const;
};

/// The spot that \p E reads or writes, if it lies in a variable's own memory.
Spot spotOf(const clang::Expr *E);
/// The spot that \p E is the address of.
Spot addressedSpot(const clang::Expr *E);

/// \p E without parentheses and casts, and of a comma or an assignment the
/// value it comes to.
const clang::Expr *valueOf(const clang::Expr *E);

/// The function that \p E names, if it names one.
const clang::FunctionDecl *functionIn(const clang::Expr *E);

/// What \p Call calls by name. Of a macro that chooses by whether its argument
/// is a constant, one of the two, which do the same.
const clang::FunctionDecl *calleeOf(const clang::CallExpr *Call);

struct Assignment {
  /// nullptr: an initialiser outside functions.
  const clang::FunctionDecl *In = nullptr;
  /// What is written to; nullptr for the initialiser of Variable.
  const clang::Expr *Target = nullptr;
  const clang::VarDecl *Variable = nullptr;
  const clang::Expr *Value = nullptr;
  clang::SourceLocation Where;
  /// Counts what a reader meets, inner expressions before outer ones.
  unsigned Order = 0;
};

struct Call {
  const clang::FunctionDecl *In = nullptr;
  const clang::CallExpr *Expr = nullptr;
  /// What is called by name, or nullptr.
  const clang::FunctionDecl *Callee = nullptr;
  unsigned Order = 0;
};

class Inventory {
public:
  Inventory(clang::ASTContext &Context, const ApiModel &Model, Program &Code);

  clang::ASTContext &Context;
  const ApiModel &Model;
  Program &Code;

  std::vector<Assignment> Assignments;
  std::vector<Call> Calls;
  /// Variables with storage of their own outside functions' frames.
  std::vector<const clang::VarDecl *> Globals;

  /// Assignments to the local variable or parameter \p V, by index.
  llvm::ArrayRef<unsigned> assignmentsTo(const clang::VarDecl *V) const;
  /// Calls of \p F by name, by index.
  llvm::ArrayRef<unsigned> callsOf(const clang::FunctionDecl *F) const;
  /// Calls within \p F, by index.
  llvm::ArrayRef<unsigned> callsIn(const clang::FunctionDecl *F) const;
  llvm::ArrayRef<const clang::Expr *>
  returnsOf(const clang::FunctionDecl *F) const;
  /// How often \p V is named at all.
  unsigned mentions(const clang::VarDecl *V) const {
    return Mentions.lookup(V->getCanonicalDecl());
  }
  unsigned mentions(const clang::FieldDecl *F) const {
    return FieldMentions.lookup(F->getCanonicalDecl());
  }
  unsigned comparisons(const clang::FieldDecl *F) const {
    return FieldComparisons.lookup(F->getCanonicalDecl());
  }
  /// How often \p V is only compared with something.
  unsigned comparisons(const clang::VarDecl *V) const {
    return Compared.lookup(V->getCanonicalDecl());
  }
  /// What a variable is compared with, by pairs.
  std::vector<std::pair<const clang::VarDecl *, const clang::Expr *>>
      Comparisons;
  /// Whether \p F is named other than to be called.
  bool isAddressTaken(const clang::FunctionDecl *F) const {
    return AddressTaken.contains(F->getCanonicalDecl());
  }

  /// What the model says of what \p C calls; nullptr for other functions.
  const FunctionFacts *facts(const Call &C) const {
    return C.Callee ? Code.facts(C.Callee) : nullptr;
  }
  /// Whether \p C may run the collector, as far as can be seen.
  bool mayCollect(const Call &C);

private:
  class Walker;
  bool mayCollect(const clang::FunctionDecl *F);

  llvm::DenseMap<const clang::VarDecl *, llvm::SmallVector<unsigned, 2>> To;
  llvm::DenseMap<const clang::FunctionDecl *, llvm::SmallVector<unsigned, 4>>
      Of, Within;
  llvm::DenseMap<const clang::FunctionDecl *,
                 llvm::SmallVector<const clang::Expr *, 2>>
      Returns;
  llvm::DenseMap<const clang::VarDecl *, unsigned> Mentions, Compared;
  llvm::DenseMap<const clang::FieldDecl *, unsigned> FieldMentions,
      FieldComparisons;
  llvm::DenseSet<const clang::FunctionDecl *> AddressTaken;
  llvm::DenseMap<const clang::FunctionDecl *, bool> Collects;
};

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_INVENTORY_H
