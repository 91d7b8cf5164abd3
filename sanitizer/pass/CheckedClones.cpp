//===- CheckedClones.cpp - A checked clone of every function --------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "CheckedClones.h"

#include "AccessChecks.h"
#include "Interface.h"
#include "PassVersion.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

#define DEBUG_TYPE "gvlsan"

using namespace llvm;

STATISTIC(NumClones, "Number of checked clones");
STATISTIC(NumInPlace, "Number of functions checked in place");
STATISTIC(NumChecks, "Number of branches to checks inserted");

namespace gvlsan {
namespace {

bool wantsClone(const Function &F) {
  return !F.isDeclaration() && !F.hasAvailableExternallyLinkage() &&
         !F.hasFnAttribute(Attribute::Naked) && !F.isIntrinsic() &&
         !F.hasFnAttribute(Attribute::DisableSanitizerInstrumentation);
}

/// Whether code that we do not see can call \p F.
bool entersFromOutside(const Function &F) {
  return !F.hasLocalLinkage() ||
         F.hasAddressTaken(nullptr, /*IgnoreCallbackUses=*/false,
                           /*IgnoreAssumeLikeCalls=*/true,
                           /*IgnoreLLVMUsed=*/true);
}

/// Adds to \p Out what \p F calls directly.
void addCallees(Function &F, SmallPtrSetImpl<Function *> &Out) {
  for (Instruction &I : instructions(F))
    if (auto *Call = dyn_cast<CallBase>(&I))
      if (Function *Callee = Call->getCalledFunction())
        Out.insert(Callee);
}

/// The checks read memory, and a report never returns to fewer effects than it
/// found: what the optimizer has proven of F need not hold of its clone.
void dropMemoryAttributes(Function &F) {
  F.removeFnAttr(Attribute::Memory);
  F.removeFnAttr(Attribute::NoSync);
  F.removeFnAttr(Attribute::NoFree);
  F.removeFnAttr(Attribute::WillReturn);
  F.removeFnAttr(Attribute::NoCallback);
}

/// Marks the object with the version of the pass (PassVersion.h).
void addVersionNote(Module &M) {
  LLVMContext &C = M.getContext();
  Type *Word = Type::getInt32Ty(C);
  // With its 0 byte, and padded to words.
  std::string Owner(GVLSAN_NOTE_OWNER, sizeof(GVLSAN_NOTE_OWNER));
  uint64_t OwnerSize = Owner.size();
  Owner.resize(alignTo(OwnerSize, 4));
  Constant *Note = ConstantStruct::getAnon(
      {ConstantInt::get(Word, OwnerSize), ConstantInt::get(Word, 4),
       ConstantInt::get(Word, GVLSAN_NOTE_TYPE),
       ConstantDataArray::getString(C, Owner, /*AddNull=*/false),
       ConstantInt::get(Word, GVLSAN_PASS_VERSION)},
      /*Packed=*/true);
  auto *V =
      new GlobalVariable(M, Note->getType(), /*isConstant=*/true,
                         GlobalValue::PrivateLinkage, Note, "gvlsan.note");
  V->setSection(GVLSAN_NOTE_SECTION);
  V->setAlignment(Align(4));
  appendToCompilerUsed(M, {V});
}

/// Makes \p F begin with: if (__gvlsan_without_gvl) return F.nogvl(args...);
void insertDispatch(Function &F, Function &Clone) {
  BasicBlock &Body = F.getEntryBlock();
  auto *Dispatch = BasicBlock::Create(F.getContext(), "", &F, &Body);
  auto *ToClone = BasicBlock::Create(F.getContext(), "", &F, &Body);
  // Static allocas belong to the entry block, or the frame becomes dynamic.
  IRBuilder<> B(Dispatch);
  for (Instruction &I : make_early_inc_range(Body))
    if (auto *Alloca = dyn_cast<AllocaInst>(&I);
        Alloca && isa<ConstantInt>(Alloca->getArraySize()))
      Alloca->moveBefore(*Dispatch, Dispatch->end());
  Value *State = B.CreateLoad(
      B.getInt8Ty(), B.CreateThreadLocalAddress(stateVariable(*F.getParent())));
  B.CreateCondBr(B.CreateIsNotNull(State), ToClone, &Body);

  B.SetInsertPoint(ToClone);
  if (DISubprogram *SP = F.getSubprogram())
    B.SetCurrentDebugLocation(
        DILocation::get(F.getContext(), SP->getLine(), 0, SP));
  SmallVector<Value *> Args;
  for (Argument &A : F.args())
    Args.push_back(&A);
  CallInst *Call = B.CreateCall(&Clone, Args);
  Call->setCallingConv(Clone.getCallingConv());
  Call->setAttributes(Clone.getAttributes().removeFnAttributes(F.getContext()));
  Call->setTailCallKind(CallInst::TCK_MustTail);
  if (F.getReturnType()->isVoidTy())
    B.CreateRetVoid();
  else
    B.CreateRet(Call);
}

/// Whether \p F must be checked in place: the arguments of a variadic function
/// cannot be passed on, and tables of label addresses name the original's
/// blocks. Such a function asks for its thread's state where it finds a pointer
/// into the heap.
bool isCheckedInPlace(const Function &F) {
  return F.isVarArg() ||
         any_of(F, [](const BasicBlock &BB) { return BB.hasAddressTaken(); });
}

/// Lets direct calls in \p Clone go to clones.
void redirectCalls(Function &Clone,
                   const DenseMap<Function *, Function *> &Clones) {
  for (BasicBlock &BB : Clone)
    for (Instruction &I : BB)
      if (auto *Call = dyn_cast<CallBase>(&I))
        if (Function *Callee = Call->getCalledFunction())
          if (Function *Twin = Clones.lookup(Callee);
              Twin && !Callee->isInterposable())
            Call->setCalledFunction(Twin);
}

} // namespace

PreservedAnalyses CheckedClonesPass::run(Module &M,
                                         ModuleAnalysisManager &MAM) {
  SmallVector<Function *> Functions;
  for (Function &F : M)
    if (wantsClone(F))
      Functions.push_back(&F);
  auto &FAM = MAM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  addVersionNote(M);
  if (Functions.empty())
    return PreservedAnalyses::none();

  DenseMap<Function *, Function *> Clones;
  // What functions without a twin call: those run in either state.
  SmallPtrSet<Function *, 8> InnerEntries;
  for (Function &F : M)
    if (!wantsClone(F) || isCheckedInPlace(F))
      addCallees(F, InnerEntries);
  for (Function *F : Functions) {
    if (isCheckedInPlace(*F))
      continue;
    ValueToValueMapTy Map;
    Function *Clone = CloneFunction(F, Map);
    Clone->setName(F->getName() + ".nogvl");
    Clone->setLinkage(GlobalValue::InternalLinkage);
    Clone->setVisibility(GlobalValue::DefaultVisibility);
    Clone->setComdat(nullptr);
    Clone->setDSOLocal(true);
    dropMemoryAttributes(*Clone);
    Clones[F] = Clone;
  }
  for (Function *F : Functions) {
    Function *Clone = Clones.lookup(F);
    if (!Clone) {
      dropMemoryAttributes(*F);
      NumChecks += insertAccessChecks(*F, /*InPlace=*/true);
      ++NumInPlace;
      continue;
    }
    redirectCalls(*Clone, Clones);
    if (unsigned Checks = insertAccessChecks(*Clone, /*InPlace=*/false)) {
      NumChecks += Checks;
      // Where a flag is used at once, its two branches become one.
      if (!Clone->hasOptNone())
        SimplifyCFGPass().run(*Clone, FAM);
    }
    ++NumClones;
  }
  for (Function *F : Functions)
    if (Function *Clone = Clones.lookup(F);
        Clone && (entersFromOutside(*F) || InnerEntries.contains(F))) {
      dropMemoryAttributes(*F);
      insertDispatch(*F, *Clone);
    }
  return PreservedAnalyses::none();
}

} // namespace gvlsan
