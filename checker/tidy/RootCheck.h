//===- RootCheck.h ---------------------------------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// ruby-gc-root: objects that C code keeps where the collector does not see
/// them (H1, H2).
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TIDY_ROOTCHECK_H
#define GVLSAN_TIDY_ROOTCHECK_H

#include "tidy/EngineCheck.h"

namespace gvlsan::tidy {

class RootCheck : public EngineCheck {
public:
  RootCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context);
};

} // namespace gvlsan::tidy

#endif // GVLSAN_TIDY_ROOTCHECK_H
