//===- OwnerCheck.cpp -----------------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tidy/OwnerCheck.h"

#include "analysis/Checks.h"

gvlsan::tidy::OwnerCheck::OwnerCheck(llvm::StringRef Name,
                                     clang::tidy::ClangTidyContext *Context)
    : EngineCheck(Name, Context, OwnerCheckName) {}
