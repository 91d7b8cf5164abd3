//===- HeapFlags.cpp - May a pointer be into the heap? --------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "HeapFlags.h"

#include "Interface.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace gvlsan {

/// The pointer that \p V is computed from by an offset or the like; nullptr
/// when it comes from elsewhere.
static Value *derivedFrom(Value *V) {
  if (auto *GEP = dyn_cast<GEPOperator>(V))
    return GEP->getPointerOperand();
  if (auto *Freeze = dyn_cast<FreezeInst>(V))
    return Freeze->getOperand(0);
  if (auto *Call = dyn_cast<CallBase>(V))
    return getArgumentAliasingToReturnedPointer(Call,
                                                /*MustPreserveNullness=*/false);
  return nullptr;
}

/// The pointer that \p V is computed from in the end.
static Value *
strip(Value *V, function_ref<bool(const Instruction &)> IsInside = nullptr) {
  // Code that is never reached may compute a pointer from itself.
  constexpr unsigned MaxSteps = 64;
  for (unsigned I = 0; I < MaxSteps; ++I) {
    auto *Derived = dyn_cast<Instruction>(V);
    Value *Base = derivedFrom(V);
    if (!Base || (IsInside && Derived && !IsInside(*Derived)))
      break;
    V = Base;
  }
  return V;
}

static bool isOffHeap(const Value *Origin) {
  if (const auto *A = dyn_cast<Argument>(Origin))
    return A->hasByValAttr();
  // Fresh memory of the C heap; a VALUE is no pointer.
  return isa<AllocaInst>(Origin) || isa<Constant>(Origin) ||
         isNoAliasCall(Origin);
}

Origins originsOf(Value *Pointer,
                  function_ref<bool(const Instruction &)> IsInside) {
  // A web of more phis than this is an origin of its own.
  constexpr unsigned MaxWeb = 32;
  Origins Out;
  SmallPtrSet<Value *, 16> Seen;
  SmallVector<Value *, 8> Todo = {Pointer};
  while (!Todo.empty()) {
    Value *V = strip(Todo.pop_back_val(), IsInside);
    if (!Seen.insert(V).second)
      continue;
    if (Seen.size() > MaxWeb) {
      Out.Values = {strip(Pointer, IsInside)};
      Out.HasOffHeap = false;
      return Out;
    }
    auto *I = dyn_cast<Instruction>(V);
    bool IsOutside = IsInside && I && !IsInside(*I);
    auto *Phi = IsOutside ? nullptr : dyn_cast<PHINode>(V);
    auto *Select = IsOutside ? nullptr : dyn_cast<SelectInst>(V);
    if (Phi)
      append_range(Todo, Phi->incoming_values());
    else if (Select)
      Todo.append({Select->getTrueValue(), Select->getFalseValue()});
    else if (isOffHeap(V))
      Out.HasOffHeap = true;
    else
      Out.Values.push_back(V);
  }
  return Out;
}

bool HeapFlags::announce(Value *Pointer, Instruction &At) {
  Origins &O = OriginsOf.try_emplace(Pointer, Origins()).first->second;
  if (O.Values.empty() && !O.HasOffHeap)
    O = originsOf(Pointer);
  if (O.Values.empty())
    return false;
  if (O.Values.size() == 1 && !O.HasOffHeap)
    UsesOf[O.Values.front()].push_back(&At);
  else
    Joined.insert(O.Values.begin(), O.Values.end());
  return true;
}

/// The first place where \p V can be used.
Instruction *HeapFlags::afterDefinition(Value *V) const {
  auto *I = dyn_cast<Instruction>(V);
  if (!I)
    return &*F.getEntryBlock().getFirstNonPHIOrDbgOrAlloca();
  auto After = I->getInsertionPointAfterDef();
  assert(After && "only a callbr has none, and that returns no pointer");
  return &**After;
}

/// The latest block that is before all of \p Uses and in no loop that the
/// origin
/// \p V is outside of: its beginning, or right after the origin.
Instruction *HeapFlags::placeFor(Value *V, ArrayRef<Instruction *> Uses) const {
  Instruction *Earliest = afterDefinition(V);
  BasicBlock *Home = Earliest->getParent();
  BasicBlock *Place = Uses.front()->getParent();
  for (Instruction *I : Uses.drop_front())
    Place = DT.findNearestCommonDominator(Place, I->getParent());
  for (;;) {
    const Loop *Outermost = nullptr;
    for (const Loop *L = LI.getLoopFor(Place); L && !L->contains(Home);
         L = L->getParentLoop())
      Outermost = L;
    if (!Outermost)
      break;
    Place = DT.getNode(Outermost->getHeader())->getIDom()->getBlock();
  }
  if (Place == Home)
    return Earliest;
  auto First = Place->getFirstInsertionPt();
  return First == Place->end() ? Earliest : &*First;
}

Value *HeapFlags::originFlag(Value *V) {
  Instruction *&Flag = Flags[V];
  if (!Flag) {
    Instruction *At =
        Joined.contains(V) ? afterDefinition(V) : placeFor(V, UsesOf[V]);
    Flag = new FreezeInst(ConstantInt::getFalse(F.getContext()), "gvlsan.flag",
                          At->getIterator());
  }
  return Flag;
}

/// A flag for each phi and select of the way to the origins.
Value *HeapFlags::shadowOf(Value *Pointer) {
  Pointer = strip(Pointer);
  if (Value *Known = Shadows.lookup(Pointer))
    return Known;
  Type *Bit = Type::getInt1Ty(F.getContext());
  if (auto *Phi = dyn_cast<PHINode>(Pointer)) {
    unsigned N = Phi->getNumIncomingValues();
    auto *Shadow = PHINode::Create(Bit, N, "gvlsan.flag", Phi->getIterator());
    Shadows[Pointer] = Shadow;
    for (unsigned I = 0; I < N; ++I)
      Shadow->addIncoming(shadowOf(Phi->getIncomingValue(I)),
                          Phi->getIncomingBlock(I));
    return Shadow;
  }
  Value *Shadow;
  if (auto *Select = dyn_cast<SelectInst>(Pointer))
    Shadow = SelectInst::Create(Select->getCondition(),
                                shadowOf(Select->getTrueValue()),
                                shadowOf(Select->getFalseValue()),
                                "gvlsan.flag", Select->getIterator());
  else if (isOffHeap(Pointer))
    Shadow = ConstantInt::getFalse(Bit);
  else
    Shadow = originFlag(Pointer);
  Shadows[Pointer] = Shadow;
  return Shadow;
}

Value *HeapFlags::flagOf(Value *Pointer) {
  const Origins &O = OriginsOf.find(Pointer)->second;
  // Every way to the pointer leads through its one origin.
  if (O.Values.size() == 1 && !O.HasOffHeap)
    return originFlag(O.Values.front());
  return shadowOf(Pointer);
}

/// Whether \p Address lies within the heap's bounds, or is one past the end.
/// They are read each time: they may have grown, and as operands in memory they
/// cost less than the registers to keep them in.
static Value *isInBounds(Value *Address, IRBuilder<> &B, Module &M) {
  Constant *Bounds = boundsVariable(M);
  Type *Word = B.getInt64Ty();
  Constant *Span =
      ConstantExpr::getInBoundsGetElementPtr(Word, Bounds, B.getInt64(1));
  Value *Offset = B.CreateSub(Address, B.CreateLoad(Word, Bounds));
  return B.CreateICmpULE(Offset, B.CreateLoad(Word, Span));
}

void HeapFlags::materialize(bool InPlace) {
  if (Flags.empty())
    return;
  Module &M = *F.getParent();
  FunctionCallee MayBeHeap = mayBeHeap(M);
  MDNode *Unlikely = MDBuilder(F.getContext()).createUnlikelyBranchWeights();
  for (auto [Origin, Placeholder] : Flags) {
    IRBuilder<> B(Placeholder);
    // A call needs a location where its function has debug info.
    if (DISubprogram *SP = F.getSubprogram();
        SP && !B.getCurrentDebugLocation())
      B.SetCurrentDebugLocation(
          DILocation::get(B.getContext(), SP->getLine(), 0, SP));
    // As a number: the attributes that say of a parameter what the function
    // does with what it points to stay true.
    Value *Address = B.CreatePtrToInt(Origin, B.getInt64Ty());
    Value *Inside = isInBounds(Address, B, M);
    Instruction *Then = SplitBlockAndInsertIfThen(
        Inside, Placeholder, /*Unreachable=*/false, Unlikely);
    IRBuilder<> Slow(Then);
    Slow.SetCurrentDebugLocation(B.getCurrentDebugLocation());
    CallInst *Asked = Slow.CreateCall(MayBeHeap, {Address});
    Asked->setCallingConv(CallingConv::PreserveMost);
    Value *MayBe = Slow.CreateIsNotNull(Asked);
    if (InPlace) {
      Value *State = Slow.CreateLoad(
          Slow.getInt8Ty(), Slow.CreateThreadLocalAddress(stateVariable(M)));
      MayBe = Slow.CreateAnd(MayBe, Slow.CreateIsNotNull(State));
    }
    auto *Flag = PHINode::Create(MayBe->getType(), 2, "gvlsan.flag",
                                 Placeholder->getParent()->begin());
    Flag->addIncoming(MayBe, Then->getParent());
    Flag->addIncoming(ConstantInt::getFalse(F.getContext()),
                      Then->getParent()->getSinglePredecessor());
    Placeholder->replaceAllUsesWith(Flag);
    Placeholder->eraseFromParent();
  }
}

} // namespace gvlsan
