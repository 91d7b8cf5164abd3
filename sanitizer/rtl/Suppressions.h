//===- Suppressions.h - Findings not to be reported -------------*- C++ -*-===//
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
/// hide anything of an extension's. So it is asked only when both the code that
/// makes the access and the callback that runs without the lock are in modules
/// of Ruby itself or in what these call (the adapter knows the first,
/// `core:PATTERN` lines name the second), and PATTERN is "CALL in FUNCTION",
/// FUNCTION being what released the lock. An extension's callback is never in
/// such a module, whatever it calls.
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

/// Whether \p V is a known finding of Ruby's own core. Needs no stack: verdicts
/// are remembered by code address, so that a program which does nothing but I/O
/// is not slowed down. Any thread; async-signal-safe as far as dladdr(3) is.
bool isKnownCoreFinding(const Violation &V);

bool haveUserSuppressions();

/// Whether the user's list hides \p V. \p Frames is the symbolised stack.
bool isSuppressedByUser(const Violation &V,
                        const SymbolizedStack *const *Frames, u32 Size);

} // namespace gvlsan

#endif // GVLSAN_SUPPRESSIONS_H
