//===- ThreadEvents.h - Who wants to know of the lock -----------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_GVL_THREADEVENTS_H
#define RHEAP_GVL_THREADEVENTS_H

#include "gvl/Thread.h"

#include "ruby/thread.h"

namespace rheap {

/// The events that some hook wants.
extern std::atomic<rb_event_flag_t> WantedEvents;

void callHooks(Thread &T, rb_event_flag_t Event);

/// \p T has come to the point that \p Event stands for. On that thread.
inline void announce(Thread &T, rb_event_flag_t Event) {
  if (__builtin_expect(WantedEvents.load(std::memory_order_relaxed) & Event, 0))
    callHooks(T, Event);
}

/// Gvl::acquire and Gvl::release of a thread that does what the program says:
/// hooks hear of it. What the heap does on its own account is not announced.
void enterLock(Thread &T);
void leaveLock(Thread &T);

/// The child of a fork has no other thread that could be in a hook.
void resetHooksAfterFork();

} // namespace rheap

#endif // RHEAP_GVL_THREADEVENTS_H
