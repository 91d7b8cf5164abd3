//===- GuardCheck.cpp ----------------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tidy/GuardCheck.h"

#include "analysis/Checks.h"

gvlsan::tidy::GuardCheck::GuardCheck(llvm::StringRef Name,
                                     clang::tidy::ClangTidyContext *Context)
    : EngineCheck(Name, Context, GuardCheckName) {}
