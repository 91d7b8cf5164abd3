//===- Errors.h - Raising from inside the runtime ---------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_API_ERRORS_H
#define RHEAP_API_ERRORS_H

namespace rheap {

/// Raises the one NoMemoryError that was made at start.
[[noreturn]] void raiseNoMemory();

} // namespace rheap

#endif // RHEAP_API_ERRORS_H
