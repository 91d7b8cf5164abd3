//===- AccessChecks.cpp - Check the accesses of a function ----------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "AccessChecks.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/PointerIntPair.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace gvlsan {
namespace {

/// One range to check before an instruction.
struct Access {
  Instruction *Before;
  Value *Pointer;
  /// In bytes.
  Value *Size;
  bool IsWrite;
};

/// Whether \p Pointer is of memory that no Ruby object can lie in.
bool isOffHeap(Value *Pointer) {
  const Value *Base = getUnderlyingObject(Pointer);
  return isa<AllocaInst>(Base) || isa<GlobalVariable>(Base) ||
         isa<Function>(Base) || isa<ConstantPointerNull>(Base);
}

/// The accesses of a block, those at constant offsets from one pointer joined
/// into one range until the next call (which may not return, or may end the
/// object).
class BlockAccesses {
public:
  explicit BlockAccesses(const DataLayout &DL) : DL(DL) {}

  void add(Instruction &I, Value *Pointer, uint64_t Size, bool IsWrite) {
    APInt Offset(DL.getIndexTypeSizeInBits(Pointer->getType()), 0);
    Value *Base = Pointer->stripAndAccumulateConstantOffsets(
        DL, Offset, /*AllowNonInbounds=*/true);
    int64_t Low = Offset.getSExtValue();
    int64_t High = Low + static_cast<int64_t>(Size);
    auto [It, Inserted] = Open.insert(
        {PointerIntPair<Value *, 1, bool>(Base, IsWrite), {&I, Low, High}});
    if (Inserted)
      return;
    It->second.Low = std::min(It->second.Low, Low);
    It->second.High = std::max(It->second.High, High);
  }

  /// Ends the joined ranges.
  void flush(SmallVectorImpl<Access> &Out) {
    for (auto &[Key, R] : Open) {
      IRBuilder<> B(R.First);
      Value *Pointer = Key.getPointer();
      if (R.Low)
        Pointer = B.CreateConstGEP1_64(B.getInt8Ty(), Pointer,
                                       static_cast<uint64_t>(R.Low));
      Out.push_back({R.First, Pointer,
                     B.getInt64(static_cast<uint64_t>(R.High - R.Low)),
                     Key.getInt()});
    }
    Open.clear();
  }

private:
  struct Range {
    Instruction *First;
    int64_t Low, High;
  };
  const DataLayout &DL;
  MapVector<PointerIntPair<Value *, 1, bool>, Range> Open;
};

void addMemIntrinsic(MemIntrinsic &I, SmallVectorImpl<Access> &Out) {
  IRBuilder<> B(&I);
  Value *Size = B.CreateZExtOrTrunc(I.getLength(), B.getInt64Ty());
  if (auto *Transfer = dyn_cast<MemTransferInst>(&I))
    if (!isOffHeap(Transfer->getRawSource()))
      Out.push_back({&I, Transfer->getRawSource(), Size, false});
  if (!isOffHeap(I.getRawDest()))
    Out.push_back({&I, I.getRawDest(), Size, true});
}

/// Takes a load, store or atomic apart. \returns false for anything else, and
/// for accesses that need no check.
bool plainAccess(Instruction &I, Value *&Pointer, Type *&Ty, bool &IsWrite) {
  if (auto *Load = dyn_cast<LoadInst>(&I)) {
    Pointer = Load->getPointerOperand();
    Ty = Load->getType();
    IsWrite = false;
  } else if (auto *Store = dyn_cast<StoreInst>(&I)) {
    Pointer = Store->getPointerOperand();
    Ty = Store->getValueOperand()->getType();
    IsWrite = true;
  } else if (auto *RMW = dyn_cast<AtomicRMWInst>(&I)) {
    Pointer = RMW->getPointerOperand();
    Ty = RMW->getValOperand()->getType();
    IsWrite = true;
  } else if (auto *CmpXchg = dyn_cast<AtomicCmpXchgInst>(&I)) {
    Pointer = CmpXchg->getPointerOperand();
    Ty = CmpXchg->getNewValOperand()->getType();
    IsWrite = true;
  } else {
    return false;
  }
  // Other address spaces are thread-local segments: no object lies there.
  return Pointer->getType()->getPointerAddressSpace() == 0 &&
         !isOffHeap(Pointer);
}

/// Emits `if (Address - low < span) Slow(Address, Size)` before the access.
void insertCheck(const Access &A, Constant *Low, Constant *Span,
                 FunctionCallee Slow) {
  IRBuilder<> B(A.Before);
  // A call needs a location where its function has debug info.
  if (!B.getCurrentDebugLocation())
    if (DISubprogram *SP = A.Before->getFunction()->getSubprogram())
      B.SetCurrentDebugLocation(
          DILocation::get(B.getContext(), SP->getLine(), 0, SP));
  Type *Word = B.getInt64Ty();
  // As a number: the attributes that say of a parameter what the function does
  // with what it points to stay true.
  Value *Address = B.CreatePtrToInt(A.Pointer, Word);
  Value *Offset = B.CreateSub(Address, B.CreateLoad(Word, Low));
  Value *Inside = B.CreateICmpULT(Offset, B.CreateLoad(Word, Span));
  MDNode *Unlikely = MDBuilder(B.getContext()).createUnlikelyBranchWeights();
  Instruction *Then = SplitBlockAndInsertIfThen(
      Inside, A.Before, /*Unreachable=*/false, Unlikely);
  IRBuilder<> SlowPath(Then);
  SlowPath.SetCurrentDebugLocation(B.getCurrentDebugLocation());
  SlowPath.CreateCall(Slow, {Address, A.Size});
}

} // namespace

unsigned insertAccessChecks(Function &F) {
  Module &M = *F.getParent();
  const DataLayout &DL = M.getDataLayout();
  SmallVector<Access> Accesses;
  for (BasicBlock &BB : F) {
    BlockAccesses Joined(DL);
    for (Instruction &I : BB) {
      Value *Pointer;
      Type *Ty;
      bool IsWrite;
      if (auto *Mem = dyn_cast<MemIntrinsic>(&I))
        addMemIntrinsic(*Mem, Accesses);
      else if (plainAccess(I, Pointer, Ty, IsWrite))
        Joined.add(I, Pointer, DL.getTypeStoreSize(Ty).getKnownMinValue(),
                   IsWrite);
      else if (isa<CallBase>(I) && !isa<IntrinsicInst>(I))
        Joined.flush(Accesses);
    }
    Joined.flush(Accesses);
  }
  if (Accesses.empty())
    return 0;

  LLVMContext &C = M.getContext();
  Type *Word = Type::getInt64Ty(C);
  FunctionCallee Slow[2];
  for (bool IsWrite : {false, true})
    Slow[IsWrite] = M.getOrInsertFunction(IsWrite ? "__gvlsan_check_write"
                                                  : "__gvlsan_check_read",
                                          Type::getVoidTy(C), Word, Word);
  Constant *Low = M.getOrInsertGlobal("__gvlsan_heap_low", Word);
  Constant *Span = M.getOrInsertGlobal("__gvlsan_heap_span", Word);
  for (const Access &A : Accesses)
    insertCheck(A, Low, Span, Slow[A.IsWrite]);
  return Accesses.size();
}

} // namespace gvlsan
