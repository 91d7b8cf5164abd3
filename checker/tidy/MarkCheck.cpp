//===- MarkCheck.cpp ----------------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tidy/MarkCheck.h"

#include "analysis/Checks.h"

gvlsan::tidy::MarkCheck::MarkCheck(llvm::StringRef Name,
                                   clang::tidy::ClangTidyContext *Context)
    : EngineCheck(Name, Context, MarkCheckName) {}
