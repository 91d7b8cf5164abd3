//===- Module.cpp - The clang-tidy module ---------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Checks.h"
#include "tidy/ApiCallCheck.h"
#include "tidy/GuardCheck.h"
#include "tidy/HeapAccessCheck.h"
#include "tidy/KernelAccessCheck.h"
#include "tidy/MarkCheck.h"
#include "tidy/OwnerCheck.h"
#include "tidy/RootCheck.h"

#if GVLSAN_LLVM >= 22
#include "clang-tidy/ClangTidyModule.h"
#else
#include "clang-tidy/ClangTidyModule.h"
#include "clang-tidy/ClangTidyModuleRegistry.h"
#endif

namespace gvlsan::tidy {

class Module : public clang::tidy::ClangTidyModule {
public:
  void
  addCheckFactories(clang::tidy::ClangTidyCheckFactories &Factories) override {
    Factories.registerCheck<HeapAccessCheck>(HeapAccessCheckName);
    Factories.registerCheck<ApiCallCheck>(ApiCallCheckName);
    Factories.registerCheck<OwnerCheck>(OwnerCheckName);
    Factories.registerCheck<KernelAccessCheck>(KernelAccessCheckName);
    Factories.registerCheck<GuardCheck>(GuardCheckName);
    Factories.registerCheck<MarkCheck>(MarkCheckName);
    Factories.registerCheck<RootCheck>(RootCheckName);
  }
};

} // namespace gvlsan::tidy

static clang::tidy::ClangTidyModuleRegistry::Add<gvlsan::tidy::Module>
    Registered("ruby-gvl-module", "The GVL and compaction rules of Ruby.");
