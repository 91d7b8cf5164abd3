//===- Liveness.h - Are the interceptors in the way? ------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A sanitizer that nothing runs through is silent, and silence reads as
/// "clean". So it is verified at start-up that calls come to us, and the
/// process ends with one line when they do not.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_LIVENESS_H
#define GVLSAN_LIVENESS_H

#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_libc.h"
#include "sanitizer_common/sanitizer_posix.h"

namespace gvlsan {

using namespace __sanitizer;

/// Exit code of a process that cannot be watched.
constexpr int ExitUnwatchable = 69;

/// Prints "gvlsan: error: ..." and ends the process with ExitUnwatchable.
template <typename... T>
[[noreturn]] void refuse(const char *Format, const T &...Args) {
  InternalScopedString Message;
  Message.Append("gvlsan: error: ");
  Message.AppendF(Format, Args...);
  Message.Append("\n");
  RawWrite(Message.data());
  internal__exit(ExitUnwatchable);
}

/// Verifies that the module which contains \p AddressInModule calls libc
/// through us; \p What names it in the error. Refuses otherwise.
void verifyInterception(uptr AddressInModule, const char *What);

/// Whether the module that contains \p AddressInModule calls its own exported
/// function \p Name through its import table, and thereby us.
bool comesToUs(uptr AddressInModule, const char *Name);

} // namespace gvlsan

#endif // GVLSAN_LIVENESS_H
