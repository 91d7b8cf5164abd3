//===- Marking.h - What a function shows to the collector --------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Which fields a function marks or updates, itself, through helpers, through
/// what iterates over a table, and through pointers that it is given.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_MARKING_H
#define GVLSAN_ANALYSIS_MARKING_H

#include "analysis/Inventory.h"

#include "llvm/ADT/SmallPtrSet.h"

#include <set>

namespace gvlsan {

/// The fields and the parameters that an expression may read.
struct FieldSet {
  llvm::SmallSetVector<const clang::FieldDecl *, 4> Fields;
  /// Of the function that the expression is in.
  llvm::SmallSetVector<unsigned, 2> Parameters;
  /// What is read is an element of the object there, not that object.
  bool Elements = false;
};

/// One field, or a parameter, that is shown.
struct Shown {
  const clang::FieldDecl *Field = nullptr;
  unsigned Parameter = 0;
  Marking How = Marking::None;
  /// Updated, not marked.
  bool Located = false;
  /// The elements of the object there, not that object.
  bool Elements = false;
  /// Everything in a range that begins there.
  bool Many = false;
  const clang::CallExpr *Site = nullptr;
};

struct MarkSummary {
  std::vector<Shown> All;
  /// Functions of other files that it calls.
  std::set<std::string> Foreign;
};

class MarkReader {
public:
  explicit MarkReader(Inventory &Seen) : Seen(Seen) {}

  const MarkSummary &summary(const clang::FunctionDecl *F);
  FieldSet fieldsOf(const clang::Expr *E);

private:
  using Visited = llvm::SmallPtrSet<const void *, 8>;
  void collect(const clang::Expr *E, FieldSet &Out, Visited &Done);
  void readCall(const Call &C, MarkSummary &Out);
  /// Adds what \p Callee shows; what it shows of parameter I is Args[I].
  void inherit(const clang::FunctionDecl *Callee,
               llvm::ArrayRef<const clang::Expr *> Args, MarkSummary &Out);
  /// The same for a function that is handed to a call: which of the call's
  /// arguments it gets is not known.
  void inheritCallback(const clang::FunctionDecl *Callback, const Call &C,
                       MarkSummary &Out);
  void add(const FieldSet &What, const Shown &Like, MarkSummary &Out);

  Inventory &Seen;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<MarkSummary>>
      Summaries;
};

/// A name of \p F that is the same in every file.
std::string fieldName(const clang::FieldDecl *F);

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_MARKING_H
