//===- Nolint.h - NOLINT comments --------------------------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The comments that clang-tidy knows (NOLINT, NOLINTNEXTLINE, NOLINTBEGIN and
/// NOLINTEND, with or without a list of checks) mean the same to
/// `gvlsan check`. In the list a rule may be named by its id as well.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_NOLINT_H
#define GVLSAN_TOOL_NOLINT_H

#include "rules/Catalogue.h"

#include "llvm/ADT/StringRef.h"

namespace gvlsan {

/// Whether a comment in \p Text, a whole file, suppresses \p Rule on \p Line.
bool isSuppressed(llvm::StringRef Text, unsigned Line, RuleId Rule);

} // namespace gvlsan

#endif // GVLSAN_TOOL_NOLINT_H
