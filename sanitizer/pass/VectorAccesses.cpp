//===- VectorAccesses.cpp - Lanes of vector accesses ----------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "VectorAccesses.h"

#include "Interface.h"

#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

#include <optional>

using namespace llvm;

namespace gvlsan {

namespace {

/// What one such access touches.
struct Lanes {
  Value *Addresses; ///< a vector of words, or one word: see IsPacked
  Value *Mask;      ///< a vector of bits
  uint64_t Size;    ///< bytes of a lane
  bool IsWrite;
  bool IsPacked; ///< the lanes that are on lie one behind the other
};

/// The parts of an intrinsic, found by their types: their order differs from
/// version to version.
struct Parts {
  Value *Base = nullptr, *Bits = nullptr;

  explicit Parts(const IntrinsicInst &I) {
    for (Value *A : I.args()) {
      Type *Scalar = A->getType()->getScalarType();
      if (Scalar->isPointerTy() && !Base)
        Base = A;
      else if (Scalar->isIntegerTy(1) && A->getType()->isVectorTy())
        Bits = A;
    }
  }
};

} // namespace

static FixedVectorType *vectorOf(Type *Element, Type *Like) {
  return FixedVectorType::get(Element,
                              cast<FixedVectorType>(Like)->getNumElements());
}

/// Base + Index * Scale of each lane.
static Value *addressesOf(IRBuilder<> &B, Value *Base, Value *Index,
                          uint64_t Scale) {
  unsigned N = cast<FixedVectorType>(Index->getType())->getNumElements();
  Value *Offsets = B.CreateMul(
      B.CreateSExt(Index, vectorOf(B.getInt64Ty(), Index->getType())),
      ConstantVector::getSplat(ElementCount::getFixed(N), B.getInt64(Scale)));
  return B.CreateAdd(
      B.CreateVectorSplat(N, B.CreatePtrToInt(Base, B.getInt64Ty())), Offsets);
}

/// The same for lanes that lie one behind the other.
static Value *consecutive(IRBuilder<> &B, Value *Base, unsigned N,
                          uint64_t Size) {
  SmallVector<Constant *> Numbers;
  for (unsigned I = 0; I < N; ++I)
    Numbers.push_back(B.getInt64(I));
  return addressesOf(B, Base, ConstantVector::get(Numbers), Size);
}

/// The mask of x86's own instructions is the lanes' signs.
static Value *signsOf(IRBuilder<> &B, Value *Mask) {
  auto *Ty = cast<FixedVectorType>(Mask->getType());
  Type *Int = vectorOf(B.getIntNTy(Ty->getScalarSizeInBits()), Ty);
  Mask = B.CreateBitCast(Mask, Int);
  return B.CreateICmpSLT(Mask, Constant::getNullValue(Int));
}

/// The first \p N lanes of \p V.
static Value *firstLanes(IRBuilder<> &B, Value *V, unsigned N) {
  if (cast<FixedVectorType>(V->getType())->getNumElements() == N)
    return V;
  SmallVector<int> Numbers;
  for (unsigned I = 0; I < N; ++I)
    Numbers.push_back(static_cast<int>(I));
  return B.CreateShuffleVector(V, Numbers);
}

static uint64_t laneSize(const DataLayout &DL, Type *Vector) {
  return DL.getTypeStoreSize(Vector->getScalarType());
}

/// llvm.masked.*: the same on every processor.
static std::optional<Lanes> maskedLanes(IntrinsicInst &I, IRBuilder<> &B,
                                        const DataLayout &DL) {
  Parts P(I);
  bool IsWrite = I.getType()->isVoidTy(), IsPacked = false;
  switch (I.getIntrinsicID()) {
  case Intrinsic::masked_expandload:
  case Intrinsic::masked_compressstore:
    IsPacked = true;
    break;
  case Intrinsic::masked_load:
  case Intrinsic::masked_store:
  case Intrinsic::masked_gather:
  case Intrinsic::masked_scatter:
    break;
  default:
    return std::nullopt;
  }
  Type *Data = IsWrite ? I.getArgOperand(0)->getType() : I.getType();
  // Scalable vectors have no lanes to name here.
  auto *Ty = dyn_cast<FixedVectorType>(Data);
  if (!Ty || !P.Base || !P.Bits ||
      P.Base->getType()->getScalarType()->getPointerAddressSpace())
    return std::nullopt;
  uint64_t Size = laneSize(DL, Ty);
  Value *Addresses =
      P.Base->getType()->isVectorTy()
          ? B.CreatePtrToInt(P.Base, vectorOf(B.getInt64Ty(), Ty))
      : IsPacked ? B.CreatePtrToInt(P.Base, B.getInt64Ty())
                 : consecutive(B, P.Base, Ty->getNumElements(), Size);
  return Lanes{Addresses, P.Bits, Size, IsWrite, IsPacked};
}

/// x86's own, which immintrin.h calls.
static std::optional<Lanes> x86Lanes(IntrinsicInst &I, IRBuilder<> &B,
                                     const DataLayout &DL) {
  StringRef Name = I.getCalledFunction()->getName();
  if (!Name.consume_front("llvm.x86.avx"))
    return std::nullopt;
  auto Arg = [&](unsigned N) { return I.getArgOperand(N); };
  auto Number = [&](unsigned N) {
    return cast<ConstantInt>(Arg(N))->getZExtValue();
  };
  // (pointer, mask) and (pointer, mask, value).
  if (Name.contains("maskload") || Name.contains("maskstore")) {
    bool IsWrite = Name.contains("maskstore");
    Type *Data = IsWrite ? Arg(2)->getType() : I.getType();
    uint64_t Size = laneSize(DL, Data);
    unsigned N = cast<FixedVectorType>(Data)->getNumElements();
    return Lanes{consecutive(B, Arg(0), N, Size), signsOf(B, Arg(1)), Size,
                 IsWrite, false};
  }
  bool IsWrite = Name.contains("scatter");
  if (!IsWrite && !Name.contains("gather"))
    return std::nullopt;
  // AVX2: (old, base, index, mask, scale). AVX-512: the same, the mask a vector
  // of bits; (base, mask, index, value, scale).
  Value *Base = Arg(IsWrite ? 0 : 1), *Index = Arg(2),
        *Mask = Arg(IsWrite ? 1 : 3);
  if (!Base->getType()->isPointerTy() || !Index->getType()->isVectorTy() ||
      !Mask->getType()->isVectorTy())
    return std::nullopt;
  if (!Mask->getType()->getScalarType()->isIntegerTy(1))
    Mask = signsOf(B, Mask);
  // Of an odd pair of widths the shorter one says how many lanes there are.
  unsigned N =
      std::min(cast<FixedVectorType>(Index->getType())->getNumElements(),
               cast<FixedVectorType>(Mask->getType())->getNumElements());
  return Lanes{addressesOf(B, Base, firstLanes(B, Index, N), Number(4)),
               firstLanes(B, Mask, N),
               laneSize(DL, IsWrite ? Arg(3)->getType() : I.getType()), IsWrite,
               false};
}

/// Whether an address within the heap's bounds is among \p Addresses, a word or
/// a vector of them.
static Value *inBounds(IRBuilder<> &B, Module &M, Value *Addresses) {
  Constant *Bounds = boundsVariable(M);
  Type *Word = B.getInt64Ty();
  Value *Low = B.CreateLoad(Word, Bounds);
  Value *Span = B.CreateLoad(Word, ConstantExpr::getInBoundsGetElementPtr(
                                       Word, Bounds, B.getInt64(1)));
  auto *Ty = dyn_cast<FixedVectorType>(Addresses->getType());
  if (!Ty)
    return B.CreateICmpULE(B.CreateSub(Addresses, Low), Span);
  unsigned N = Ty->getNumElements();
  return B.CreateOrReduce(
      B.CreateICmpULE(B.CreateSub(Addresses, B.CreateVectorSplat(N, Low)),
                      B.CreateVectorSplat(N, Span)));
}

static void insertChecks(IntrinsicInst &I, const Lanes &L, IRBuilder<> &B) {
  Module &M = *I.getModule();
  Value *Addresses = L.Addresses;
  // A lane that is off is nowhere.
  if (!L.IsPacked)
    Addresses = B.CreateSelect(L.Mask, Addresses,
                               Constant::getNullValue(Addresses->getType()));
  Instruction *Then = SplitBlockAndInsertIfThen(
      inBounds(B, M, Addresses), &I, /*Unreachable=*/false,
      MDBuilder(B.getContext()).createUnlikelyBranchWeights());
  IRBuilder<> Slow(Then);
  Slow.SetCurrentDebugLocation(B.getCurrentDebugLocation());
  auto Check = [&](Value *Address, Value *Size) {
    Slow.CreateCall(checkFunction(M, L.IsWrite), {Address, Size})
        ->setCallingConv(CallingConv::PreserveMost);
  };
  unsigned N = cast<FixedVectorType>(L.Mask->getType())->getNumElements();
  if (L.IsPacked) {
    Value *Bits = Slow.CreateBitCast(L.Mask, Slow.getIntNTy(N));
    Value *Count = Slow.CreateUnaryIntrinsic(Intrinsic::ctpop, Bits);
    return Check(Addresses, Slow.CreateMul(Slow.CreateZExtOrTrunc(
                                               Count, Slow.getInt64Ty()),
                                           Slow.getInt64(L.Size)));
  }
  for (unsigned J = 0; J < N; ++J)
    Check(Slow.CreateExtractElement(Addresses, J), Slow.getInt64(L.Size));
}

unsigned insertVectorChecks(Function &F) {
  SmallVector<IntrinsicInst *> Candidates;
  for (Instruction &I : instructions(F))
    if (auto *Call = dyn_cast<IntrinsicInst>(&I))
      Candidates.push_back(Call);
  unsigned Checked = 0;
  const DataLayout &DL = F.getDataLayout();
  for (IntrinsicInst *I : Candidates) {
    IRBuilder<> B(I);
    // A call needs a location where its function has debug info.
    if (DISubprogram *SP = F.getSubprogram();
        SP && !B.getCurrentDebugLocation())
      B.SetCurrentDebugLocation(
          DILocation::get(B.getContext(), SP->getLine(), 0, SP));
    std::optional<Lanes> L = maskedLanes(*I, B, DL);
    if (!L)
      L = x86Lanes(*I, B, DL);
    if (!L)
      continue;
    insertChecks(*I, *L, B);
    ++Checked;
  }
  return Checked;
}

} // namespace gvlsan
