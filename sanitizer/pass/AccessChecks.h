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

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Function.h"

namespace gvlsan {

/// One range that an instruction accesses.
struct Access {
  llvm::Instruction *By;
  llvm::Value *Pointer;
  /// In bytes; nullptr when \c Size is it.
  llvm::Value *DynamicSize;
  uint64_t Size;
  bool IsWrite;
};

/// Finds the accesses of an instruction, except in other address spaces: those
/// are thread-local segments, in which no object lies.
void findAccesses(llvm::Instruction &I, const llvm::DataLayout &DL,
                  llvm::SmallVectorImpl<Access> &Out);

/// Inserts the checks into \p F. Whether an object may be the heap's is asked
/// once for each pointer that the function gets from elsewhere (HeapFlags.h);
/// the accesses of a block that depend on it are guarded by one branch, behind
/// which each of them is judged at its own place. Accesses that provably stay
/// off the Ruby heap (locals, constants, fresh C memory) get nothing.
/// \param InPlace \p F also runs with the lock, and is then not to be checked.
/// \returns the number of branches inserted.
unsigned insertAccessChecks(llvm::Function &F, bool InPlace);

} // namespace gvlsan

#endif // GVLSAN_PASS_ACCESSCHECKS_H
