//===- Keepers.h - Functions that keep objects --------------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Some extensions have functions of their own for what
/// rb_gc_register_mark_object does: a table in C memory, which a mark function
/// of theirs walks. Whether it really does is more than an analysis can tell;
/// that an object is put there is not.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_KEEPERS_H
#define GVLSAN_ANALYSIS_KEEPERS_H

#include "analysis/RuleUnit.h"

namespace gvlsan {

class Keepers {
public:
  explicit Keepers(RuleUnit &Unit);

  /// Whether the object that \p C is given as argument \p I may be a root from
  /// then on, by a function of the extension: of this file, of another one, or
  /// of whatever a pointer leads to.
  bool mayKeep(const Call &C, unsigned I);

private:
  static std::string fact(const clang::FunctionDecl *F, unsigned I);
  bool keeps(const Call &C, unsigned I);

  RuleUnit &Unit;
  Inventory &Seen;
  /// Functions and the numbers of their parameters.
  std::set<std::pair<const clang::FunctionDecl *, unsigned>> Known;
};

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_KEEPERS_H
