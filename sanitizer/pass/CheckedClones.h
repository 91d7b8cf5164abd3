//===- CheckedClones.h - A checked clone of every function ------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The lock state of a C function does not change while it runs: only callbacks
/// enter in another one. So every function F gets a twin F.nogvl whose accesses
/// are checked and whose direct calls go to twins, and F itself stays as the
/// compiler made it, but for one thread-local load and branch to its twin where
/// it can be entered from outside. Code that holds the lock pays nothing else.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_PASS_CHECKEDCLONES_H
#define GVLSAN_PASS_CHECKEDCLONES_H

#include "llvm/IR/PassManager.h"

namespace gvlsan {

class CheckedClonesPass : public llvm::PassInfoMixin<CheckedClonesPass> {
public:
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  /// Functions marked optnone are instrumented as well.
  static bool isRequired() { return true; }
};

} // namespace gvlsan

#endif // GVLSAN_PASS_CHECKEDCLONES_H
