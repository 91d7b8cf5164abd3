//===- Suppressions.h - Findings not to be reported --------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Two lists with one grammar, RULE:PATTERN a line, and two meanings.
///
/// The user's list hides a report when PATTERN matches any function or module
/// of its stack, or the libc call.
///
/// The shipped list holds the known findings of Ruby's own core. It must not
/// hide anything of an extension's, so it looks only at the frames next to the
/// access that are all in modules of Ruby itself (its `core:PATTERN` lines say
/// which these are) and matches "CALL in FUNCTION" of one of them. A call made
/// by an extension's callback has no such frame.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_SUPPRESSIONS_H
#define GVLSAN_SUPPRESSIONS_H

#include "Violations.h"
#include "sanitizer_common/sanitizer_stacktrace.h"
#include "sanitizer_common/sanitizer_symbolizer.h"

namespace gvlsan {

/// Reads both files; dies with one line when one cannot be read or parsed.
/// \p RubyVersion as "3.1", or nullptr when there is no Ruby.
void initializeSuppressions(const char *RubyVersion);

/// Whether \p V is a known finding of the VM's own core. No symbolizer is
/// needed: any thread, async-signal-safe as far as dladdr(3) is.
bool isKnownCoreFinding(const Violation &V, const StackTrace &Stack);

bool haveUserSuppressions();

/// Whether the user's list hides \p V. \p Frames is the symbolised stack.
bool isSuppressedByUser(const Violation &V,
                        const SymbolizedStack *const *Frames, u32 Size);

} // namespace gvlsan

#endif // GVLSAN_SUPPRESSIONS_H
