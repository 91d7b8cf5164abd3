//===- GuardCheck.h ---------------------------------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// ruby-gc-guard: pointers and objects that are used after a call which may
/// collect or move what they come from (G1, C2).
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TIDY_GUARDCHECK_H
#define GVLSAN_TIDY_GUARDCHECK_H

#include "tidy/EngineCheck.h"

namespace gvlsan::tidy {

class GuardCheck : public EngineCheck {
public:
  GuardCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context);
};

} // namespace gvlsan::tidy

#endif // GVLSAN_TIDY_GUARDCHECK_H
