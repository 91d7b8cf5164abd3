//===- PointerFlow.h - Functions that templates hand on ---------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Libraries of C++ that bind functions to Ruby (Rice and its kin) take a
/// pointer to a function as an argument, hand it through several templates and
/// keep it in a field of a class template, whose virtual function calls it much
/// later. As each signature has a class of its own, it is enough to know which
/// functions come to which field by any way.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_POINTERFLOW_H
#define GVLSAN_ANALYSIS_POINTERFLOW_H

#include "clang/AST/DeclCXX.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

namespace gvlsan {

/// Whether a \p Type is a pointer to a function or to a member function, or a
/// reference to one.
bool pointsToFunction(clang::QualType Type);

class PointerFlow {
public:
  /// \p Args become the parameters of \p Callee.
  void call(const clang::FunctionDecl *Callee,
            llvm::ArrayRef<const clang::Expr *> Args);
  /// \p From is put into \p To, a variable or a field.
  void put(const clang::ValueDecl *To, const clang::Expr *From);

  /// The functions that come to each field of a class template.
  llvm::MapVector<const clang::FieldDecl *,
                  llvm::SetVector<const clang::FunctionDecl *>>
  fields() const;

private:
  /// A variable or field; or a function and the number of a parameter.
  using Node = std::pair<const clang::Decl *, unsigned>;
  static Node node(const clang::ValueDecl *V);
  void flow(Node To, const clang::Expr *From);

  llvm::MapVector<Node, llvm::SetVector<Node>> Edges;
  llvm::MapVector<Node, llvm::SetVector<const clang::FunctionDecl *>> Named;
};

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_POINTERFLOW_H
