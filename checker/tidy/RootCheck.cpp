//===- RootCheck.cpp ----------------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tidy/RootCheck.h"

#include "analysis/Checks.h"

gvlsan::tidy::RootCheck::RootCheck(llvm::StringRef Name,
                                   clang::tidy::ClangTidyContext *Context)
    : EngineCheck(Name, Context, RootCheckName) {}
