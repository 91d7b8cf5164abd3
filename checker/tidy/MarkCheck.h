//===- MarkCheck.h ---------------------------------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// ruby-gc-mark: references of a T_DATA that its mark, compact and free
/// functions treat wrongly (C1, D1).
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TIDY_MARKCHECK_H
#define GVLSAN_TIDY_MARKCHECK_H

#include "tidy/EngineCheck.h"

namespace gvlsan::tidy {

class MarkCheck : public EngineCheck {
public:
  MarkCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context);
};

} // namespace gvlsan::tidy

#endif // GVLSAN_TIDY_MARKCHECK_H
