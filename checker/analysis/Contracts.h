//===- Contracts.h - What annotations say ------------------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Reads what include/gvlsan/annotations.h puts on a declaration.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_CONTRACTS_H
#define GVLSAN_ANALYSIS_CONTRACTS_H

#include "clang/AST/DeclBase.h"

namespace gvlsan {

struct Contract {
  /// Of a function: it is called with the lock, may run without it, must not be
  /// called with it; it leaves, takes or asserts it.
  bool Requires = false, NoGvl = false, Excludes = false, Releases = false,
       Acquires = false, Asserts = false;
  /// Of a variable or field: it is used, or what it points to is, with the lock
  /// only.
  bool Guarded = false, PointeeGuarded = false;

  bool isEmpty() const { return *this == Contract(); }
  /// Whether the body is code that runs without the lock.
  bool runsReleased() const { return NoGvl || Excludes; }
  /// Whether what is said stands for the body.
  bool isPrimitive() const { return Releases || Acquires || Asserts; }
  /// Whether a caller that holds the lock has to be looked at for it.
  bool concernsHolders() const { return Releases || Acquires || Excludes; }

  friend bool operator==(const Contract &, const Contract &) = default;
};

/// What the redeclarations of \p D up to it say.
Contract contractOf(const clang::Decl *D);

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_CONTRACTS_H
