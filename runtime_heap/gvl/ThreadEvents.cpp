//===- ThreadEvents.cpp - Who wants to know of the lock -------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// As CRuby's from 3.2 on: all events but RESUMED are told without the lock, so
// the list has a lock of its own, which a hook is called under. That is why a
// hook may neither add nor remove one.
//
//===----------------------------------------------------------------------===//

#include "gvl/ThreadEvents.h"

#include "gvl/Gvl.h"
#include "judge/Judge.h"
#include "model/Data.h"

#include <algorithm>
#include <new>
#include <shared_mutex>

using namespace rheap;

struct rb_internal_thread_event_hook {
  rb_internal_thread_event_callback Func;
  rb_event_flag_t Events;
  void *Data;
};

namespace {

struct HookList {
  std::shared_mutex Lock;
  std::vector<rb_internal_thread_event_hook *> Hooks;

  void sumUp() {
    rb_event_flag_t All = 0;
    for (auto *H : Hooks)
      All |= H->Events;
    WantedEvents.store(All, std::memory_order_relaxed);
  }
};

HookList &hookList() {
  static auto *L = new HookList;
  return *L;
}

thread_local bool InHook = false;

void refuseInHook(const char *Name) {
  if (InHook)
    rb_bug("%s: called by a thread event hook, which must not change the list "
           "of hooks",
           Name);
}

std::atomic<int> NumKeys{0};

/// Any thread, async-signal-safe: reads the slot where it is never protected.
std::atomic<void *> &specific(VALUE Thread, int Key) {
  if (Key < 0 || Key >= NumKeys.load(std::memory_order_acquire))
    rb_bug("thread specific key %d: was not created", Key);
  auto Slot = VALUE(heap().Memory.mirror(reinterpret_cast<VALUE *>(Thread)));
  return static_cast<rheap::Thread *>(dataOf(Slot))->Specific[Key];
}

} // namespace

namespace rheap {

std::atomic<rb_event_flag_t> WantedEvents{0};

void callHooks(Thread &T, rb_event_flag_t Event) {
  // A hook of RESUMED holds the lock: what it has on the stack counts.
  const VALUE *Outer = T.StackTop.load(std::memory_order_relaxed);
  if (HoldsLock)
    T.StackTop.store(nullptr, std::memory_order_release);
  int Error = errno;
  InHook = true;
  {
    HookList &L = hookList();
    std::shared_lock Guard(L.Lock);
    rb_internal_thread_event_data_t Data = {T.Self};
    for (auto *H : L.Hooks)
      if (H->Events & Event)
        H->Func(Event, &Data, H->Data);
  }
  InHook = false;
  errno = Error;
  T.StackTop.store(Outer, std::memory_order_release);
}

void enterLock(Thread &T) {
  announce(T, RUBY_INTERNAL_THREAD_EVENT_READY);
  gvl().acquire(T);
  announce(T, RUBY_INTERNAL_THREAD_EVENT_RESUMED);
}

void leaveLock(Thread &T) {
  gvl().release(T);
  announce(T, RUBY_INTERNAL_THREAD_EVENT_SUSPENDED);
}

void resetHooksAfterFork() {
  InHook = false;
  new (&hookList().Lock) std::shared_mutex;
}

} // namespace rheap

rb_internal_thread_event_hook_t *
rb_internal_thread_add_event_hook(rb_internal_thread_event_callback Func,
                                  rb_event_flag_t Events, void *Data) {
  RHEAP_API();
  refuseInHook("rb_internal_thread_add_event_hook");
  auto *Hook = new rb_internal_thread_event_hook{Func, Events, Data};
  HookList &L = hookList();
  std::unique_lock Guard(L.Lock);
  // The newest is called first, as in CRuby.
  L.Hooks.insert(L.Hooks.begin(), Hook);
  L.sumUp();
  return Hook;
}

bool rb_internal_thread_remove_event_hook(
    rb_internal_thread_event_hook_t *Hook) {
  RHEAP_API();
  refuseInHook("rb_internal_thread_remove_event_hook");
  HookList &L = hookList();
  std::unique_lock Guard(L.Lock);
  if (!std::erase(L.Hooks, Hook))
    return false;
  L.sumUp();
  delete Hook;
  return true;
}

rb_internal_thread_specific_key_t rb_internal_thread_specific_key_create(void) {
  RHEAP_API();
  if (NumKeys.load() == RB_INTERNAL_THREAD_SPECIFIC_KEY_MAX)
    rb_raise(rb_eThreadError,
             "rb_internal_thread_specific_key_create() is called more than %d "
             "times",
             RB_INTERNAL_THREAD_SPECIFIC_KEY_MAX);
  return NumKeys.fetch_add(1);
}

void *rb_internal_thread_specific_get(VALUE Thread,
                                      rb_internal_thread_specific_key_t Key) {
  return specific(Thread, Key).load(std::memory_order_acquire);
}

void rb_internal_thread_specific_set(VALUE Thread,
                                     rb_internal_thread_specific_key_t Key,
                                     void *Data) {
  specific(Thread, Key).store(Data, std::memory_order_release);
}
