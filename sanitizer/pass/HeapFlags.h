//===- HeapFlags.h - May a pointer be into the heap? ------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// One question for each pointer that a function gets from elsewhere, instead
/// of one for each access. Whatever is computed from a pointer (by offsets,
/// phis, selects) points into the object that this pointer is of: the
/// function's argument, what it loaded, what a call returned. Such an origin is
/// compared with the heap's bounds once, where its accesses begin, outside of
/// the loops that it does not change in; the answer, a flag, guards its
/// accesses.
///
/// An origin points into its object or, as C allows, one past its end: the
/// comparison includes both.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_PASS_HEAPFLAGS_H
#define GVLSAN_PASS_HEAPFLAGS_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Function.h"

namespace gvlsan {

/// The origins of a pointer.
struct Origins {
  llvm::SmallVector<llvm::Value *, 4> Values;
  /// There are other ones than these, which are all off the heap.
  bool HasOffHeap = false;
};

/// Finds the origins of \p Pointer. Those that certainly are not of the Ruby
/// heap (locals, globals, fresh C memory) are not in \c Values. With \p
/// IsInside the search ends at instructions outside of it, which then are
/// origins too.
Origins originsOf(
    llvm::Value *Pointer,
    llvm::function_ref<bool(const llvm::Instruction &)> IsInside = nullptr);

class HeapFlags {
public:
  HeapFlags(llvm::Function &F, const llvm::DominatorTree &DT,
            const llvm::LoopInfo &LI)
      : F(F), DT(DT), LI(LI) {}

  /// Announces an access. All of them, before the first \c flagOf.
  /// \returns false when the pointer is off the heap: it needs no flag.
  bool announce(llvm::Value *Pointer, llvm::Instruction &At);

  /// The flag of an announced pointer, an i1: true when its object may be of
  /// the heap. It is defined wherever the pointer is used.
  llvm::Value *flagOf(llvm::Value *Pointer);

  /// Computes the flags. Last: it splits blocks. \p InPlace: the function also
  /// runs with the lock, and the flags are then false.
  void materialize(bool InPlace);

private:
  llvm::Instruction *afterDefinition(llvm::Value *V) const;
  llvm::Instruction *placeFor(llvm::Value *V,
                              llvm::ArrayRef<llvm::Instruction *> Uses) const;
  llvm::Value *originFlag(llvm::Value *V);
  llvm::Value *shadowOf(llvm::Value *Pointer);

  llvm::Function &F;
  const llvm::DominatorTree &DT;
  const llvm::LoopInfo &LI;
  /// The accesses of pointers with one origin, by origin.
  llvm::DenseMap<llvm::Value *, llvm::SmallVector<llvm::Instruction *, 8>>
      UsesOf;
  /// Origins of pointers that have several: their flags are needed wherever
  /// they come together.
  llvm::SmallPtrSet<llvm::Value *, 8> Joined;
  llvm::DenseMap<llvm::Value *, Origins> OriginsOf;
  /// What stands for an origin's flag, where that is to be computed.
  llvm::MapVector<llvm::Value *, llvm::Instruction *> Flags;
  /// Flags of pointers with several origins, built as the pointers are.
  llvm::DenseMap<llvm::Value *, llvm::Value *> Shadows;
};

} // namespace gvlsan

#endif // GVLSAN_PASS_HEAPFLAGS_H
