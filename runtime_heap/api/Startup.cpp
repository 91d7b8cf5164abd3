//===- Startup.cpp - Bringing the heap up and down ------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "api/Startup.h"

#include "gvl/Baton.h"
#include "gvl/Gvl.h"
#include "heap/Heap.h"
#include "judge/Fault.h"
#include "judge/Globals.h"
#include "judge/Judge.h"
#include "model/Ivars.h"

#include <cstdio>
#include <cstdlib>

namespace rheap {

void startHeap() {
  bool Judged = findSanitizer();
  if (const char *Error = heap().init(readConfig(Judged), Judged)) {
    fprintf(stderr, "rheap: error: %s: %s\n", Error, strerror(errno));
    exit(64);
  }
  if (const char *Why = heap().ReadBarrier->start(heap())) {
    fprintf(stderr, "rheap: error: RHEAP_BARRIER=%s: %s\n",
            heap().Settings.Barrier, Why);
    exit(ExitUnavailable);
  }
  rememberModules();
  installFaultHandlers();
  installUnblockSignal();
  installForkHandlers();
  registerThreads();
  registerGenericIvars(heap());
  gvl().acquire(*attachThread());
  if (const char *Schedule = getenv("RHEAP_SCHEDULE"); Schedule && *Schedule)
    if (const char *Why = baton().start(Schedule)) {
      fprintf(stderr, "rheap: error: RHEAP_SCHEDULE=%s: %s\n", Schedule, Why);
      exit(64);
    }
  defineGlobals();
  defineBuiltins();
  makeThreadObject(*Current);
}

void stopHeap() {
  terminateOthers();
  baton().writeLog();
  // No frame of the program is left that could keep what it has lost.
  if (Judging && !heap().Disabled)
    heap().collect();
  // A thread that cannot be ended may still be in a region, with buffers of
  // objects in use.
  if (threads().size() == 1)
    heap().finalizeAll();
}

} // namespace rheap
