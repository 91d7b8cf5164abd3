//===- Startup.h - Bringing the heap up and down ----------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_API_STARTUP_H
#define RHEAP_API_STARTUP_H

namespace rheap {

inline constexpr int ExitUnavailable = 69;

/// Makes the heap, its classes and the calling thread's own Thread, which
/// holds the lock from here on. Once per process. Bad settings end the process
/// with one line on stderr and exit 64, a barrier that this machine cannot do
/// with ExitUnavailable.
void startHeap();

/// Ends other threads and calls the dfrees that are left.
void stopHeap();

void defineGlobals();  // Globals.cpp
void defineBuiltins(); // Builtins.cpp

} // namespace rheap

#endif // RHEAP_API_STARTUP_H
