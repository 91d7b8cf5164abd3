//===- Globals.h - C globals that hold a VALUE ------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_JUDGE_GLOBALS_H
#define RHEAP_JUDGE_GLOBALS_H

namespace rheap {

/// At start: libraries that are loaded by now are not extensions.
void rememberModules();

/// Whether \p Pc is in code that was loaded later. Async-signal-safe.
bool isInExtension(const void *Pc);

/// Rule H2, exactly: reports each word in the data segments of extensions that
/// is the address of an object which this collection is about to free. Under
/// judging; with the lock, between marking and sweeping.
void judgeGlobalsAfterMark();

/// The same for the address of an object which this compaction has moved; once
/// references are updated.
void judgeGlobalsAfterMove();

} // namespace rheap

#endif // RHEAP_JUDGE_GLOBALS_H
