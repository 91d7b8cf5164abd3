//===- LoopVersions.cpp - Loops without checks ----------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "LoopVersions.h"

#include "HeapFlags.h"

#include "llvm/ADT/Statistic.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"
#include "llvm/Transforms/Utils/LoopUtils.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

#define DEBUG_TYPE "gvlsan"

using namespace llvm;

STATISTIC(NumVersions, "Number of loops with an unchecked version");

namespace gvlsan {

static bool isIn(const Value *V,
                 function_ref<bool(const Instruction &)> IsInside) {
  const auto *I = dyn_cast<Instruction>(V);
  return I && IsInside(*I);
}

LoopVersions::LoopVersions(Function &F) : DT(F), LI(DT) {
  if (F.hasOptNone() || F.hasMinSize())
    return;
  // Before any is copied: a value that leaves a loop does so by a phi behind it
  // from then on, wherever it is used, and has the same name in all versions.
  SmallVector<Loop *> Outer(LI.begin(), LI.end());
  for (Loop *L : Outer)
    simplifyLoop(L, &DT, &LI, nullptr, nullptr, nullptr,
                 /*PreserveLCSSA=*/false);
  Outer.assign(LI.begin(), LI.end());
  for (Loop *L : Outer)
    formLCSSARecursively(*L, DT, &LI, nullptr);
  for (Loop *L : Outer)
    visit(*L);
}

void LoopVersions::visit(Loop &L) {
  // A version doubles the loop.
  constexpr unsigned MaxSize = 1000;
  const DataLayout &DL = L.getHeader()->getDataLayout();
  unsigned Size = 0;
  bool AllOutside = true;
  LoopVersion Version = {};
  SmallVector<Access> Accesses;
  for (BasicBlock *BB : L.blocks()) {
    Size += BB->size();
    for (Instruction &I : *BB)
      findAccesses(I, DL, Accesses);
  }
  auto IsInside = [&](const Instruction &I) { return L.contains(&I); };
  for (const Access &A : Accesses)
    for (Value *V : originsOf(A.Pointer, IsInside).Values) {
      if (isIn(V, IsInside))
        AllOutside = false;
      else
        Version.Pointers.insert(V);
    }
  // The outermost of a nest that can do without any check, else the innermost.
  SmallVector<Loop *> Inner(L.begin(), L.end());
  if (!AllOutside || Size > MaxSize)
    for (Loop *Child : Inner)
      visit(*Child);
  if (Size <= MaxSize && !Version.Pointers.empty() && L.isSafeToClone() &&
      (AllOutside || Inner.empty()))
    add(L, std::move(Version));
}

void LoopVersions::add(Loop &L, LoopVersion Version) {
  if (!L.isLoopSimplifyForm())
    return;

  BasicBlock *Front = L.getLoopPreheader();
  BasicBlock *Preheader =
      SplitBlock(Front, Front->getTerminator(), &DT, &LI, nullptr);
  ValueToValueMapTy Map;
  SmallVector<BasicBlock *> Blocks;
  cloneLoopWithPreheader(Preheader, Front, &L, Map, ".offheap", &LI, &DT,
                         Blocks);
  remapInstructionsInBlocks(Blocks, Map);
  auto *Other = cast<BasicBlock>(Map[Preheader]);
  Instruction *Jump = Front->getTerminator();
  // Until the flags are there: both are possible.
  Version.Choice = BranchInst::Create(Preheader, Other,
                                      ConstantInt::getTrue(Front->getContext()),
                                      Jump->getIterator());
  Version.Choice->setDebugLoc(Jump->getDebugLoc());
  Jump->eraseFromParent();

  SmallVector<BasicBlock *> Exits;
  L.getUniqueExitBlocks(Exits);
  for (BasicBlock *Exit : Exits) {
    for (PHINode &Phi : Exit->phis())
      for (unsigned I = 0, N = Phi.getNumIncomingValues(); I < N; ++I) {
        Value *V = Phi.getIncomingValue(I);
        if (Value *Mapped = Map.lookup(V))
          V = Mapped;
        Phi.addIncoming(V, cast<BasicBlock>(Map[Phi.getIncomingBlock(I)]));
      }
  }
  for (BasicBlock *BB : Blocks)
    Unchecked[BB] = Versions.size();
  Versions.push_back(std::move(Version));
  ++NumVersions;
  // Exits, and what is behind them, have other dominators now.
  DT.recalculate(*Front->getParent());
}

void LoopVersion::choose(ArrayRef<Value *> Flags) const {
  IRBuilder<> B(Choice);
  Choice->setCondition(Flags.empty() ? B.getFalse() : B.CreateOr(Flags));
  Choice->setMetadata(LLVMContext::MD_prof,
                      MDBuilder(B.getContext()).createUnlikelyBranchWeights());
}

bool LoopVersions::isKnownOffHeap(const Access &A) const {
  auto In = Unchecked.find(A.By->getParent());
  if (In == Unchecked.end())
    return false;
  auto IsInside = [&](const Instruction &I) {
    auto Where = Unchecked.find(I.getParent());
    return Where != Unchecked.end() && Where->second == In->second;
  };
  const auto &OffHeap = Versions[In->second].Pointers;
  return all_of(originsOf(A.Pointer, IsInside).Values,
                [&](Value *V) { return OffHeap.contains(V); });
}

} // namespace gvlsan
