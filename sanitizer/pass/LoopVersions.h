//===- LoopVersions.h - Loops without checks --------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A loop's accesses mostly go through pointers that do not change in it. Such
/// a loop gets a second version, without the checks of those accesses, and a
/// branch in front that takes it when none of the pointers is the heap's. In
/// the other version each access is judged in its own iteration.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_PASS_LOOPVERSIONS_H
#define GVLSAN_PASS_LOOPVERSIONS_H

#include "AccessChecks.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"

namespace gvlsan {

struct LoopVersion {
  /// In front of both: to be given the condition on which the loop is checked.
  llvm::BranchInst *Choice;
  /// From outside of the loop: the unchecked version is for when all of them
  /// are off the heap.
  llvm::SmallSetVector<llvm::Value *, 4> Pointers;

  /// Lets the checked version run when any of \p Flags is set.
  void choose(llvm::ArrayRef<llvm::Value *> Flags) const;
};

class LoopVersions {
public:
  /// Adds the versions of the loops of \p F.
  explicit LoopVersions(llvm::Function &F);

  llvm::ArrayRef<LoopVersion> all() const { return Versions; }

  /// Whether \p A is in a version that is taken only when it is off the heap.
  bool isKnownOffHeap(const Access &A) const;

private:
  void visit(llvm::Loop &L);
  void add(llvm::Loop &L, LoopVersion Version);

  llvm::DominatorTree DT;
  llvm::LoopInfo LI;
  llvm::SmallVector<LoopVersion> Versions;
  /// The blocks of unchecked versions, and which.
  llvm::DenseMap<const llvm::BasicBlock *, unsigned> Unchecked;
};

} // namespace gvlsan

#endif // GVLSAN_PASS_LOOPVERSIONS_H
