//===- AccessChecks.cpp - Check the accesses of a function ----------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "AccessChecks.h"

#include "HeapFlags.h"
#include "Interface.h"
#include "LoopVersions.h"
#include "VectorAccesses.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace gvlsan {
namespace {

/// Accesses of one block that one branch guards, before the first of them.
struct Group {
  SmallVector<Access, 4> Accesses;
  SmallSetVector<Value *, 2> Flags;

  Instruction *at() const { return Accesses.front().By; }
};

bool isDefinedBefore(const Value *V, const Instruction *At) {
  const auto *I = dyn_cast<Instruction>(V);
  return !I || I->getParent() != At->getParent() || I->comesBefore(At);
}

/// Whether \p V, which is used later in the block of \p At, can be had before
/// \p At: it is there, or is computed of what is.
bool isAvailable(const Value *V, const Instruction *At, unsigned Depth = 0) {
  constexpr unsigned MaxDepth = 6;
  if (isDefinedBefore(V, At))
    return true;
  const auto *I = cast<Instruction>(V);
  return Depth < MaxDepth &&
         (isa<GetElementPtrInst, CastInst, SelectInst, CmpInst, FreezeInst>(
              I) ||
          (isa<BinaryOperator>(I) && isSafeToSpeculativelyExecute(I))) &&
         all_of(
             I->operands(),
             [&](const Value *Operand) {
               return isAvailable(Operand, At, Depth + 1);
             });
}

/// Computes before \p Before what \c isAvailable has said can be had before
/// \p At. The block of \p At may have been split off by now: what comes in it
/// from \p At on is not there.
Value *computeAt(Value *V, Instruction *Before, const Instruction *At) {
  if (isDefinedBefore(V, At))
    return V;
  Instruction *Copy = cast<Instruction>(V)->clone();
  for (Use &Operand : Copy->operands())
    Operand = computeAt(Operand, Before, At);
  Copy->insertInto(Before->getParent(), Before->getIterator());
  return Copy;
}

/// Where \p A is in the source. What the optimizer has moved out of a loop has
/// no line of its own any more: another access of the same memory is likely of
/// the same statement, and so is what is made of the value.
DebugLoc lineOf(const Access &A) {
  auto LineOf = [](const User *U) {
    auto *I = dyn_cast<Instruction>(U);
    DebugLoc Where = I ? I->getDebugLoc() : DebugLoc();
    return Where && Where.getLine() ? Where : DebugLoc();
  };
  if (DebugLoc Where = LineOf(A.By))
    return Where;
  for (const User *U : A.Pointer->users())
    if (getLoadStorePointerOperand(U) == A.Pointer &&
        cast<Instruction>(U)->getFunction() == A.By->getFunction())
      if (DebugLoc Where = LineOf(U))
        return Where;
  for (const User *U : A.By->users())
    if (DebugLoc Where = LineOf(U))
      return Where;
  return {};
}

/// Gathers the accesses of a block in groups.
class Grouping {
public:
  Grouping(const DataLayout &DL, HeapFlags &Flags,
           SmallVectorImpl<Group> &Groups)
      : DL(DL), Flags(Flags), Groups(Groups) {}

  void add(const Access &A) {
    Value *Flag = Flags.flagOf(A.Pointer);
    if (!IsOpen || !fits(A, Flag)) {
      Groups.emplace_back();
      IsOpen = true;
    }
    Groups.back().Flags.insert(Flag);
    if (!merge(A))
      Groups.back().Accesses.push_back(A);
  }

  /// A call may not return, or may end an object: what comes after it is not
  /// judged before it.
  void close() { IsOpen = false; }

private:
  bool fits(const Access &A, const Value *Flag) const {
    constexpr unsigned MaxAccesses = 16;
    const Group &G = Groups.back();
    return G.Accesses.size() < MaxAccesses && isDefinedBefore(Flag, G.at()) &&
           (!A.DynamicSize || isAvailable(A.DynamicSize, G.at())) &&
           isAvailable(A.Pointer, G.at());
  }

  /// Adds \p A to an access of the same line right before or after it, as when
  /// the compiler made several of one.
  bool merge(const Access &A) {
    if (A.DynamicSize)
      return false;
    for (Access &Other : Groups.back().Accesses) {
      if (Other.DynamicSize || Other.IsWrite != A.IsWrite ||
          Other.By->getDebugLoc() != A.By->getDebugLoc())
        continue;
      std::optional<int64_t> Distance =
          A.Pointer->getPointerOffsetFrom(Other.Pointer, DL);
      if (!Distance || *Distance < 0 ||
          static_cast<uint64_t>(*Distance) > Other.Size)
        continue;
      Other.Size =
          std::max(Other.Size, static_cast<uint64_t>(*Distance) + A.Size);
      return true;
    }
    return false;
  }

  const DataLayout &DL;
  HeapFlags &Flags;
  SmallVectorImpl<Group> &Groups;
  bool IsOpen = false;
};

/// Emits `if (any flag) { check each access }` before the first access.
void insertGroup(const Group &G) {
  Instruction *At = G.at();
  Module &M = *At->getModule();
  DISubprogram *SP = At->getFunction()->getSubprogram();
  IRBuilder<> B(At);
  Value *Any = B.CreateOr(G.Flags.getArrayRef());
  MDNode *Unlikely = MDBuilder(B.getContext()).createUnlikelyBranchWeights();
  Instruction *Then =
      SplitBlockAndInsertIfThen(Any, At, /*Unreachable=*/false, Unlikely);
  IRBuilder<> Slow(Then);
  Type *Word = Slow.getInt64Ty();
  for (const Access &A : G.Accesses) {
    // A call needs a location where its function has debug info.
    DebugLoc Where = lineOf(A);
    if (!Where && SP)
      Where = DILocation::get(Slow.getContext(), SP->getLine(), 0, SP);
    Slow.SetCurrentDebugLocation(Where);
    Value *Address = Slow.CreatePtrToInt(computeAt(A.Pointer, Then, At), Word);
    Value *Size =
        A.DynamicSize
            ? Slow.CreateZExtOrTrunc(computeAt(A.DynamicSize, Then, At), Word)
            : ConstantInt::get(Word, A.Size);
    CallInst *Call =
        Slow.CreateCall(checkFunction(M, A.IsWrite), {Address, Size});
    Call->setCallingConv(CallingConv::PreserveMost);
  }
}

} // namespace

/// Code generation makes calls of the libc functions of most memory intrinsics,
/// which the runtime checks; of which of them is not known here. So it is made
/// certain: those that are not small become calls of ours.
static bool isLarge(const MemIntrinsic &I) {
  constexpr uint64_t MaxInline = 64;
  auto Id = I.getIntrinsicID();
  const auto *Size = dyn_cast<ConstantInt>(I.getLength());
  return (Id == Intrinsic::memcpy || Id == Intrinsic::memmove ||
          Id == Intrinsic::memset) &&
         !(Size && Size->getZExtValue() <= MaxInline) &&
         I.getDestAddressSpace() == 0 && none_of(I.args(), [](const Use &U) {
           auto *Ty = dyn_cast<PointerType>(U->getType());
           return Ty && Ty->getAddressSpace() != 0;
         });
}

static void replaceLargeIntrinsics(Function &F) {
  for (Instruction &I : make_early_inc_range(instructions(F))) {
    auto *Mem = dyn_cast<MemIntrinsic>(&I);
    if (!Mem || !isLarge(*Mem))
      continue;
    IRBuilder<> B(Mem);
    Value *Second = Mem->getArgOperand(1);
    if (isa<MemSetInst>(Mem))
      Second = B.CreateZExt(Second, B.getInt32Ty());
    B.CreateCall(memoryFunction(*F.getParent(), Mem->getIntrinsicID()),
                 {Mem->getRawDest(), Second,
                  B.CreateZExtOrTrunc(Mem->getLength(), B.getInt64Ty())});
    Mem->eraseFromParent();
  }
}

void findAccesses(Instruction &I, const DataLayout &DL,
                  SmallVectorImpl<Access> &Out) {
  auto Add = [&](Value *Pointer, Type *Ty, bool IsWrite) {
    if (!Pointer->getType()->getPointerAddressSpace())
      Out.push_back({&I, Pointer, nullptr,
                     DL.getTypeStoreSize(Ty).getKnownMinValue(), IsWrite});
  };
  if (auto *Load = dyn_cast<LoadInst>(&I)) {
    Add(Load->getPointerOperand(), Load->getType(), false);
  } else if (auto *Store = dyn_cast<StoreInst>(&I)) {
    Add(Store->getPointerOperand(), Store->getValueOperand()->getType(), true);
  } else if (auto *RMW = dyn_cast<AtomicRMWInst>(&I)) {
    Add(RMW->getPointerOperand(), RMW->getValOperand()->getType(), true);
  } else if (auto *CmpXchg = dyn_cast<AtomicCmpXchgInst>(&I)) {
    Add(CmpXchg->getPointerOperand(), CmpXchg->getNewValOperand()->getType(),
        true);
  } else if (auto *Mem = dyn_cast<AnyMemIntrinsic>(&I)) {
    auto *Constant = dyn_cast<ConstantInt>(Mem->getLength());
    Value *Dynamic = Constant ? nullptr : Mem->getLength();
    uint64_t Size = Constant ? Constant->getZExtValue() : 0;
    if (auto *Transfer = dyn_cast<AnyMemTransferInst>(Mem))
      Out.push_back({&I, Transfer->getRawSource(), Dynamic, Size, false});
    Out.push_back({&I, Mem->getRawDest(), Dynamic, Size, true});
  }
}

unsigned insertAccessChecks(Function &F, bool InPlace) {
  const DataLayout &DL = F.getDataLayout();
  replaceLargeIntrinsics(F);
  // It changes how values reach what is behind a loop.
  LoopVersions Versions(F);
  DominatorTree DT(F);
  LoopInfo LI(DT);
  HeapFlags Flags(F, DT, LI);
  SmallVector<Access> Accesses;
  for (BasicBlock &BB : F)
    if (DT.isReachableFromEntry(&BB))
      for (Instruction &I : BB)
        findAccesses(I, DL, Accesses);
  erase_if(Accesses, [&](const Access &A) {
    return Versions.isKnownOffHeap(A) || !Flags.announce(A.Pointer, *A.By);
  });
  if (Accesses.empty() && Versions.all().empty())
    return insertVectorChecks(F);
  DenseSet<Value *> Guarding;
  for (const LoopVersion &V : Versions.all())
    for (Value *Pointer : V.Pointers)
      if (Flags.announce(Pointer, *V.Choice))
        Guarding.insert(Pointer);

  for (const LoopVersion &V : Versions.all()) {
    SmallSetVector<Value *, 4> Any;
    for (Value *Pointer : V.Pointers)
      if (Guarding.contains(Pointer))
        Any.insert(Flags.flagOf(Pointer));
    V.choose(Any.getArrayRef());
  }
  SmallVector<Group> Groups;
  const Access *Next = Accesses.begin();
  for (BasicBlock &BB : F) {
    Grouping Open(DL, Flags, Groups);
    for (Instruction &I : BB) {
      for (; Next != Accesses.end() && Next->By == &I; ++Next)
        Open.add(*Next);
      if (isa<CallBase>(I) && !isa<IntrinsicInst>(I))
        Open.close();
    }
  }
  // From the end: what comes before in the same block stays in it.
  for (const Group &G : reverse(Groups))
    insertGroup(G);
  Flags.materialize(InPlace);
  return Groups.size() + insertVectorChecks(F);
}

} // namespace gvlsan
