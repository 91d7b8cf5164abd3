//===- KernelAccessCheck.cpp
//-----------------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tidy/KernelAccessCheck.h"

#include "analysis/Checks.h"

gvlsan::tidy::KernelAccessCheck::KernelAccessCheck(
    llvm::StringRef Name, clang::tidy::ClangTidyContext *Context)
    : EngineCheck(Name, Context, KernelAccessCheckName) {}
