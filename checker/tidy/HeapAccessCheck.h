//===- HeapAccessCheck.h ----------------------------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// ruby-gvl-heap-access: heap pointers that are followed without the GVL (R1).
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TIDY_HEAPACCESSCHECK_H
#define GVLSAN_TIDY_HEAPACCESSCHECK_H

#include "tidy/EngineCheck.h"

namespace gvlsan::tidy {

class HeapAccessCheck : public EngineCheck {
public:
  HeapAccessCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context);
};

} // namespace gvlsan::tidy

#endif // GVLSAN_TIDY_HEAPACCESSCHECK_H
