//===- ApiCallCheck.h ----------------------------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// ruby-gvl-api-call: C API functions that are called without the GVL (R1.api).
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TIDY_APICALLCHECK_H
#define GVLSAN_TIDY_APICALLCHECK_H

#include "tidy/EngineCheck.h"

namespace gvlsan::tidy {

class ApiCallCheck : public EngineCheck {
public:
  ApiCallCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context);
};

} // namespace gvlsan::tidy

#endif // GVLSAN_TIDY_APICALLCHECK_H
