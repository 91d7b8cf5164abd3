//===- Classify.h - Which rule an access to a slot breaks -------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_JUDGE_CLASSIFY_H
#define RHEAP_JUDGE_CLASSIFY_H

#include "Catalogue.h"

#include <cstddef>
#include <ucontext.h>

namespace rheap {

/// Async-signal-safe: by the slot's type and where in it \p Address is.
gvlsan::RuleId ruleForSlotAccess(const void *Address);

/// How many bytes the instruction at the context's program counter accesses in
/// memory; 1 when it is not one that this decodes. Async-signal-safe.
size_t accessSize(const ucontext_t *Context);

} // namespace rheap

#endif // RHEAP_JUDGE_CLASSIFY_H
