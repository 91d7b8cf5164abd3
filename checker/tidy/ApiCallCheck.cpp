//===- ApiCallCheck.cpp
//-----------------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tidy/ApiCallCheck.h"

#include "analysis/Checks.h"

gvlsan::tidy::ApiCallCheck::ApiCallCheck(llvm::StringRef Name,
                                         clang::tidy::ClangTidyContext *Context)
    : EngineCheck(Name, Context, ApiCallCheckName) {}
