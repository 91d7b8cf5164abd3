//===- PostponedJobs.h - Jobs that signal handlers leave --------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_GVL_POSTPONEDJOBS_H
#define RHEAP_GVL_POSTPONEDJOBS_H

namespace rheap {

/// Any thread, async-signal-safe.
bool hasPostponedJobs();
/// With the lock, where interrupts are served; a job may raise.
void runPostponedJobs();

} // namespace rheap

#endif // RHEAP_GVL_POSTPONEDJOBS_H
