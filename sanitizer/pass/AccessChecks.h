//===- AccessChecks.h - Check the accesses of a function --------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Puts a check in front of each load, store, atomic and memory intrinsic of a
/// function that runs without the GVL.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_PASS_ACCESSCHECKS_H
#define GVLSAN_PASS_ACCESSCHECKS_H

#include "llvm/IR/Function.h"

namespace gvlsan {

/// Inserts the checks into \p F. Accesses that provably stay off the Ruby heap
/// (locals, constants) get none, and of several accesses at constant offsets
/// from one pointer in one block only the joined range is checked.
/// \returns the number of checks inserted.
unsigned insertAccessChecks(llvm::Function &F);

} // namespace gvlsan

#endif // GVLSAN_PASS_ACCESSCHECKS_H
