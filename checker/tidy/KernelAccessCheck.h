//===- KernelAccessCheck.h ----------------------------------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// ruby-gvl-kernel-access: heap bytes that are handed to the kernel (K1, K2).
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TIDY_KERNELACCESSCHECK_H
#define GVLSAN_TIDY_KERNELACCESSCHECK_H

#include "tidy/EngineCheck.h"

namespace gvlsan::tidy {

class KernelAccessCheck : public EngineCheck {
public:
  KernelAccessCheck(llvm::StringRef Name,
                    clang::tidy::ClangTidyContext *Context);
};

} // namespace gvlsan::tidy

#endif // GVLSAN_TIDY_KERNELACCESSCHECK_H
