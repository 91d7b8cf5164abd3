//===- Plugin.cpp - Registers the pass with clang -------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "CheckedClones.h"

#include "llvm/Passes/PassBuilder.h"
#if __has_include("llvm/Plugins/PassPlugin.h")
#include "llvm/Plugins/PassPlugin.h" // LLVM 22
#else
#include "llvm/Passes/PassPlugin.h"
#endif

using namespace llvm;

extern "C" LLVM_ATTRIBUTE_VISIBILITY_DEFAULT PassPluginLibraryInfo
llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "gvlsan", "0.1", [](PassBuilder &PB) {
            // Last, so that the checks cost no optimisation and see what is
            // left after inlining.
            PB.registerOptimizerLastEPCallback(
                [](ModulePassManager &MPM, auto &&...) {
                  MPM.addPass(gvlsan::CheckedClonesPass());
                });
            PB.registerPipelineParsingCallback(
                [](StringRef Name, ModulePassManager &MPM,
                   ArrayRef<PassBuilder::PipelineElement>) {
                  if (Name != "gvlsan")
                    return false;
                  MPM.addPass(gvlsan::CheckedClonesPass());
                  return true;
                });
          }};
}
