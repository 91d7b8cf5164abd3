//===- Interface.cpp - What instrumented code reads and calls -------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Interface.h"

using namespace llvm;

namespace gvlsan {

GlobalVariable *stateVariable(Module &M) {
  constexpr StringRef Name = "__gvlsan_without_gvl";
  if (GlobalVariable *V = M.getGlobalVariable(Name))
    return V;
  return new GlobalVariable(M, Type::getInt8Ty(M.getContext()), false,
                            GlobalValue::ExternalLinkage, nullptr, Name,
                            nullptr, GlobalVariable::InitialExecTLSModel);
}

Constant *boundsVariable(Module &M) {
  Type *Word = Type::getInt64Ty(M.getContext());
  return M.getOrInsertGlobal("__gvlsan_heap_bounds", ArrayType::get(Word, 2));
}

/// A function whose calls cost the caller no registers.
static FunctionCallee declare(Module &M, StringRef Name, Type *Result,
                              ArrayRef<Type *> Params) {
  FunctionCallee Callee =
      M.getOrInsertFunction(Name, FunctionType::get(Result, Params, false));
  if (auto *F = dyn_cast<Function>(Callee.getCallee())) {
    F->setCallingConv(CallingConv::PreserveMost);
    F->setDoesNotThrow();
    // The loader's lazy binding keeps fewer registers than the function does.
    F->addFnAttr(Attribute::NonLazyBind);
  }
  return Callee;
}

FunctionCallee mayBeHeap(Module &M) {
  LLVMContext &C = M.getContext();
  return declare(M, "__gvlsan_may_be_heap", Type::getInt8Ty(C),
                 {Type::getInt64Ty(C)});
}

FunctionCallee checkFunction(Module &M, bool IsWrite) {
  LLVMContext &C = M.getContext();
  Type *Word = Type::getInt64Ty(C);
  return declare(M, IsWrite ? "__gvlsan_check_write" : "__gvlsan_check_read",
                 Type::getVoidTy(C), {Word, Word});
}

FunctionCallee memoryFunction(Module &M, Intrinsic::ID Id) {
  LLVMContext &C = M.getContext();
  Type *Word = Type::getInt64Ty(C), *Pointer = PointerType::getUnqual(C);
  if (Id == Intrinsic::memset)
    return M.getOrInsertFunction("__gvlsan_memset", Pointer, Pointer,
                                 Type::getInt32Ty(C), Word);
  return M.getOrInsertFunction(Id == Intrinsic::memcpy ? "__gvlsan_memcpy"
                                                       : "__gvlsan_memmove",
                               Pointer, Pointer, Pointer, Word);
}

} // namespace gvlsan
