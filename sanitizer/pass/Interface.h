//===- Interface.h - What instrumented code reads and calls -----*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The names that the pass emits. The runtime defines them
/// (rtl/Instrumentation.cpp), and for a process without it Fallback.c. A change
/// here is a new GVLSAN_PASS_VERSION.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_PASS_INTERFACE_H
#define GVLSAN_PASS_INTERFACE_H

#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/Intrinsics.h"
#include "llvm/IR/Module.h"

namespace gvlsan {

/// A thread-local byte, initial-exec: not 0 in a thread that runs without the
/// lock. A hint.
llvm::GlobalVariable *stateVariable(llvm::Module &M);

/// Two words: the heap's lowest address, and how many bytes there are from
/// there to its highest.
llvm::Constant *boundsVariable(llvm::Module &M);

/// Whether the object at an address within the bounds may be the heap's: i8
/// (word). Like the checks it preserves nearly all registers.
llvm::FunctionCallee mayBeHeap(llvm::Module &M);

/// Judges an access: void (word address, word size).
llvm::FunctionCallee checkFunction(llvm::Module &M, bool IsWrite);

/// What stands for memcpy, memmove or memset, \p Id, with their arguments; it
/// judges what they access.
llvm::FunctionCallee memoryFunction(llvm::Module &M, llvm::Intrinsic::ID Id);

} // namespace gvlsan

#endif // GVLSAN_PASS_INTERFACE_H
