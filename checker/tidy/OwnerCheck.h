//===- OwnerCheck.h ----------------------------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// ruby-gvl-owner: owners that are not kept while a region uses their memory
/// (R2, R3, R4).
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TIDY_OWNERCHECK_H
#define GVLSAN_TIDY_OWNERCHECK_H

#include "tidy/EngineCheck.h"

namespace gvlsan::tidy {

class OwnerCheck : public EngineCheck {
public:
  OwnerCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context);
};

} // namespace gvlsan::tidy

#endif // GVLSAN_TIDY_OWNERCHECK_H
