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
#include "llvm/IR/CFG.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"

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
    return const_cast<Value *>(getArgumentAliasingToReturnedPointer(
        Call, /*MustPreserveNullness=*/false));
  return nullptr;
}

/// The pointer that \p V is computed from in the end.
static Value *strip(Value *V) {
  // Code that is never reached may compute a pointer from itself.
  constexpr unsigned MaxSteps = 64;
  for (unsigned I = 0; I < MaxSteps; ++I) {
    Value *Base = derivedFrom(V);
    if (!Base)
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

Origins originsOf(Value *Pointer) {
  // A web of more phis than this is an origin of its own.
  constexpr unsigned MaxWeb = 32;
  Origins Out;
  SmallPtrSet<Value *, 16> Seen;
  SmallVector<Value *, 8> Todo = {Pointer};
  while (!Todo.empty()) {
    Value *V = strip(Todo.pop_back_val());
    if (!Seen.insert(V).second)
      continue;
    if (Seen.size() > MaxWeb) {
      Out.Values = {strip(Pointer)};
      Out.HasOffHeap = false;
      return Out;
    }
    if (auto *Phi = dyn_cast<PHINode>(V))
      append_range(Todo, Phi->incoming_values());
    else if (auto *Select = dyn_cast<SelectInst>(V))
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
  // Only a callbr has none, and that returns no pointer to memory.
  return &**I->getInsertionPointAfterDef();
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

/// Whether the heap may have grown when \p I is over.
static bool mayGrowHeap(const Instruction &I) {
  const auto *Call = dyn_cast<CallBase>(&I);
  if (!Call || isa<IntrinsicInst>(Call) || Call->isInlineAsm() ||
      Call->isMustTailCall() || Call->doesNotAccessMemory())
    return false;
  const Function *Callee = Call->getCalledFunction();
  return !Callee || !isInterface(*Callee);
}

namespace {

/// The heap's bounds, kept in two locals that become registers.
class Bounds {
public:
  Bounds(Function &F, bool InPlace)
      : F(F), InPlace(InPlace), Word(Type::getInt64Ty(F.getContext())) {
    IRBuilder<> B(&*F.getEntryBlock().begin());
    for (AllocaInst *&Local : Locals)
      Local = B.CreateAlloca(Word, nullptr, "gvlsan.bounds");
    load(&*F.getEntryBlock().getFirstNonPHIOrDbgOrAlloca());
  }

  void load(Instruction *Before) {
    IRBuilder<> B(Before);
    Constant *Variable = boundsVariable(*F.getParent());
    Value *Unlocked = nullptr;
    if (InPlace)
      Unlocked = B.CreateIsNotNull(B.CreateLoad(
          B.getInt8Ty(),
          B.CreateThreadLocalAddress(stateVariable(*F.getParent()))));
    for (unsigned I = 0; I < 2; ++I) {
      LoadInst *Loaded =
          B.CreateLoad(Word, B.CreateConstInBoundsGEP2_64(
                                 ArrayType::get(Word, 2), Variable, 0, I));
      Loads.push_back(Loaded);
      Value *V = Loaded;
      if (InPlace)
        V = B.CreateSelect(Unlocked, V, ConstantInt::get(Word, 0));
      B.CreateStore(V, Locals[I]);
    }
  }

  /// Whether \p Address lies within, or is one past the end.
  Value *contain(Value *Address, IRBuilder<> &B) const {
    Value *Offset = B.CreateSub(Address, B.CreateLoad(Word, Locals[0]));
    return B.CreateICmpULE(Offset, B.CreateLoad(Word, Locals[1]));
  }

  /// Makes registers of the locals, and drops what nobody reads.
  void finish() {
    DominatorTree DT(F);
    PromoteMemToReg(Locals, DT);
    for (LoadInst *Load : Loads)
      RecursivelyDeleteTriviallyDeadInstructions(Load);
  }

private:
  Function &F;
  bool InPlace;
  Type *Word;
  AllocaInst *Locals[2];
  SmallVector<LoadInst *> Loads;
};

} // namespace

void HeapFlags::materialize(bool InPlace) {
  if (Flags.empty())
    return;
  SmallVector<Instruction *> Calls;
  for (Instruction &I : instructions(F))
    if (mayGrowHeap(I))
      Calls.push_back(&I);
  Bounds Heap(F, InPlace);
  for (Instruction *I : Calls) {
    if (!I->isTerminator())
      Heap.load(I->getNextNode());
    else
      for (BasicBlock *Next : successors(I))
        if (auto At = Next->getFirstInsertionPt(); At != Next->end())
          Heap.load(&*At);
  }

  FunctionCallee MayBeHeap = mayBeHeap(*F.getParent());
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
    Value *Inside = Heap.contain(Address, B);
    Instruction *Then = SplitBlockAndInsertIfThen(
        Inside, Placeholder, /*Unreachable=*/false, Unlikely);
    IRBuilder<> Slow(Then);
    Slow.SetCurrentDebugLocation(B.getCurrentDebugLocation());
    CallInst *Asked = Slow.CreateCall(MayBeHeap, {Address});
    Asked->setCallingConv(CallingConv::PreserveMost);
    Value *MayBe = Slow.CreateIsNotNull(Asked);
    auto *Flag = PHINode::Create(MayBe->getType(), 2, "gvlsan.flag",
                                 Placeholder->getParent()->begin());
    Flag->addIncoming(MayBe, Then->getParent());
    Flag->addIncoming(ConstantInt::getFalse(F.getContext()),
                      Then->getParent()->getSinglePredecessor());
    Placeholder->replaceAllUsesWith(Flag);
    Placeholder->eraseFromParent();
  }
  Heap.finish();
}

} // namespace gvlsan
