//===- CRubyRegions.cpp - Where the GVL is released -----------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The functions of the C API that run a callback without the lock, with a
/// trampoline around the callback. It says in thread-local state which callback
/// runs, where from, and through which function: a compiler's tail calls take
/// the callback, its caller or both off the stack, and whose code an access is
/// must not depend on that. The lock's state itself comes from the VM.
///
//===----------------------------------------------------------------------===//

#include "CRubyFrames.h"

#include "rtl/ApiCalls.h"
#include "rtl/Checks.h"
#include "rtl/Context.h"
#include "rtl/Instrumentation.h"
#include "rtl/Interceptors.h"
#include "rtl/RawSyscalls.h"
#include "rtl/Retired.h"
#include "rtl/Seal.h"
#include "rtl/Stats.h"

#include "interception/interception.h"
#include "sanitizer_common/sanitizer_allocator_internal.h"
#include "sanitizer_common/sanitizer_libc.h"

#include <dlfcn.h>

using namespace gvlsan;

template <typename Result> using Callback = Result (*)(void *);

namespace {
/// Lives in the frame of the interceptor, hence exactly as long as the region.
template <typename Result> struct Guarded {
  Region Here;
  Callback<Result> Function;
  void *Data;
};
} // namespace

template <typename Result> static Result trampoline(void *Arg) {
  auto &G = *static_cast<Guarded<Result> *>(Arg);
  const Region *Outer = Thread.InRegion;
  stats().Regions.add();
  Thread.InRegion = &G.Here;
  Thread.SurelyHolds = false;
  unsigned char Before = __gvlsan_without_gvl;
  __gvlsan_without_gvl = 1;
  enterSealedRegion(G.Here.Callback);
  catchRawSyscalls();
  bool Borrows = !heapObserver()->IsVm(G.Here.Callback);
  if (Borrows)
    beginBorrowing();
  Result R = G.Function(G.Data);
  if (Borrows)
    endBorrowing();
  catchRawSyscalls();
  leaveSealedRegion();
  __gvlsan_without_gvl = Before;
  Thread.InRegion = Outer;
  return R;
}

template <typename Result>
static Guarded<Result> guard(const char *Releaser, Callback<Result> Function,
                             void *Data, uptr Caller) {
  if (UNLIKELY(Thread.ImportsStale))
    patchImports();
  if (!Thread.InRegion) {
    stopBorrowing();
    beforeSealedRegion();
    if (UNLIKELY(!Thread.VmRactor))
      noteRactor();
  }
  return {{Releaser, reinterpret_cast<uptr>(Function), Caller}, Function, Data};
}

// Prototypes: include/ruby/thread.h and include/ruby/internal/intern/thread.h.
using Value = uptr;

INTERCEPTOR(void *, rb_nogvl, Callback<void *> Function, void *Data,
            void (*Unblock)(void *), void *UnblockData, int Flags) {
  auto G = guard("rb_nogvl", Function, Data, GET_CALLER_PC());
  return REAL(rb_nogvl)(trampoline<void *>, &G, Unblock, UnblockData, Flags);
}

INTERCEPTOR(Value, rb_thread_io_blocking_region, Callback<Value> Function,
            void *Data, int Fd) {
  auto G =
      guard("rb_thread_io_blocking_region", Function, Data, GET_CALLER_PC());
  return REAL(rb_thread_io_blocking_region)(trampoline<Value>, &G, Fd);
}

// Ruby 3.3; internal to the VM.
INTERCEPTOR(Value, rb_thread_io_blocking_call, Callback<Value> Function,
            void *Data, int Fd, int Events) {
  auto G = guard("rb_thread_io_blocking_call", Function, Data, GET_CALLER_PC());
  return REAL(rb_thread_io_blocking_call)(trampoline<Value>, &G, Fd, Events);
}

/// The way back: the callback runs with the lock, and in no region. An
/// exception can leave a region only from in here, by longjmp past every frame
/// of ours; the state that it leaves is that of in here, which is then right.
static void *trampolineWithGvl(void *Arg) {
  auto &G = *static_cast<Guarded<void *> *>(Arg);
  const Region *Outer = Thread.InRegion;
  Thread.InRegion = nullptr;
  unsigned char Before = __gvlsan_without_gvl;
  __gvlsan_without_gvl = 0;
  void *R = G.Function(G.Data);
  __gvlsan_without_gvl = Before;
  // Learnt in the callback, over with it.
  Thread.SurelyHolds = false;
  Thread.InRegion = Outer;
  return R;
}

/// Whether the VM lets a thread that holds the lock take it.
static bool MayNest;

INTERCEPTOR(void *, rb_thread_call_with_gvl, Callback<void *> Function,
            void *Data) {
  checkTakesLock("rb_thread_call_with_gvl", MayNest, GET_CALLER_PC(),
                 GET_CURRENT_FRAME());
  auto G = guard("rb_thread_call_with_gvl", Function, Data, GET_CALLER_PC());
  leaveSealedRegion();
  void *R = REAL(rb_thread_call_with_gvl)(trampolineWithGvl, &G);
  // The region goes on.
  if (const Region *Here = Thread.InRegion)
    enterSealedRegion(Here->Callback);
  return R;
}

// These call rb_nogvl, which we see unless the VM is the program.
using WithoutGvl = void *(Callback<void *>, void *, void (*)(void *), void *);
static WithoutGvl *RealWithoutGvl, *RealWithoutGvl2;

static void *callWithoutGvl(Callback<void *> Function, void *Data,
                            void (*Unblock)(void *), void *UnblockData) {
  auto G = guard("rb_thread_call_without_gvl", Function, Data, GET_CALLER_PC());
  return RealWithoutGvl(trampoline<void *>, &G, Unblock, UnblockData);
}

static void *callWithoutGvl2(Callback<void *> Function, void *Data,
                             void (*Unblock)(void *), void *UnblockData) {
  auto G =
      guard("rb_thread_call_without_gvl2", Function, Data, GET_CALLER_PC());
  return RealWithoutGvl2(trampoline<void *>, &G, Unblock, UnblockData);
}

namespace {
/// What an extension has the VM call when a thread gets or loses the lock
/// (include/ruby/thread.h, from Ruby 3.2 on).
struct EventHook {
  using Callback = void (*)(u32 Event, const void *EventData, void *Data);
  Callback Function;
  void *Data;
  Region Here;
};
} // namespace

using AddEventHook = void *(EventHook::Callback, u32 Events, void *);
static AddEventHook *RealAddEventHook;

static void onThreadEvent(u32 Event, const void *EventData, void *Arg) {
  constexpr u32 Resumed = 1 << 2;
  const auto &H = *static_cast<const EventHook *>(Arg);
  // The others are called without the lock, by their contract; when a thread
  // yields, the VM itself says otherwise.
  if (Event == Resumed)
    return H.Function(Event, EventData, H.Data);
  const Region *Outer = Thread.InRegion;
  unsigned char Before = __gvlsan_without_gvl;
  stats().Regions.add();
  Thread.InRegion = &H.Here;
  __gvlsan_without_gvl = 1;
  ++Thread.Waiting;
  Thread.SurelyHolds = false;
  H.Function(Event, EventData, H.Data);
  --Thread.Waiting;
  Thread.SurelyHolds = false;
  __gvlsan_without_gvl = Before;
  Thread.InRegion = Outer;
}

static void *addEventHook(EventHook::Callback Function, u32 Events,
                          void *Data) {
  // For good: nobody says when the last call of a removed hook is over.
  auto *H = static_cast<EventHook *>(InternalAlloc(sizeof(EventHook)));
  *H = {Function,
        Data,
        {"a thread event", reinterpret_cast<uptr>(Function), GET_CALLER_PC()}};
  return RealAddEventHook(onThreadEvent, Events, H);
}

uptr gvlsan::eventHookWrapper(const char *Name) {
  return RealAddEventHook &&
                 !internal_strcmp(Name, "rb_internal_thread_add_event_hook")
             ? reinterpret_cast<uptr>(addEventHook)
             : 0;
}

uptr gvlsan::regionWrapper(const char *Name) {
  static const struct {
    const char *Name;
    void *Wrapper;
  } Wrappers[] = {
      {"rb_nogvl", reinterpret_cast<void *>(WRAP(rb_nogvl))},
      {"rb_thread_call_without_gvl", reinterpret_cast<void *>(callWithoutGvl)},
      {"rb_thread_call_without_gvl2",
       reinterpret_cast<void *>(callWithoutGvl2)},
      {"rb_thread_io_blocking_region",
       reinterpret_cast<void *>(WRAP(rb_thread_io_blocking_region))},
      {"rb_thread_call_with_gvl",
       reinterpret_cast<void *>(WRAP(rb_thread_call_with_gvl))},
  };
  for (const auto &W : Wrappers)
    if (!internal_strcmp(W.Name, Name))
      return reinterpret_cast<uptr>(W.Wrapper);
  return eventHookWrapper(Name);
}

void gvlsan::initializeRegions(bool VmMayNest) {
  MayNest = VmMayNest;
  INTERCEPT_FUNCTION(rb_thread_call_with_gvl);
  INTERCEPT_FUNCTION(rb_thread_io_blocking_call);
  INTERCEPT_FUNCTION(rb_nogvl);
  INTERCEPT_FUNCTION(rb_thread_io_blocking_region);
  RealWithoutGvl = reinterpret_cast<WithoutGvl *>(
      dlsym(RTLD_DEFAULT, "rb_thread_call_without_gvl"));
  RealWithoutGvl2 = reinterpret_cast<WithoutGvl *>(
      dlsym(RTLD_DEFAULT, "rb_thread_call_without_gvl2"));
  RealAddEventHook = reinterpret_cast<AddEventHook *>(
      dlsym(RTLD_DEFAULT, "rb_internal_thread_add_event_hook"));
}
