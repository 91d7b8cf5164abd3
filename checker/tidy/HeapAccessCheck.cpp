//===- HeapAccessCheck.cpp
//-----------------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tidy/HeapAccessCheck.h"

#include "analysis/Checks.h"

gvlsan::tidy::HeapAccessCheck::HeapAccessCheck(
    llvm::StringRef Name, clang::tidy::ClangTidyContext *Context)
    : EngineCheck(Name, Context, HeapAccessCheckName) {}
