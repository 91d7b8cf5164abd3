//===- Threads.cpp - Where threads begin and end --------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A thread that the VM does not create never holds the lock: its first
/// function, and so all that it runs, is told so. In one that the VM creates
/// the same holds of what follows the VM's own part of it, destructors of
/// thread-local objects for instance.
///
//===----------------------------------------------------------------------===//

#include "Context.h"
#include "Heap.h"
#include "Instrumentation.h"
#include "Interceptors.h"

#include "interception/interception.h"
#include "sanitizer_common/sanitizer_allocator_internal.h"

using namespace gvlsan;

namespace {
template <typename Result> struct Start {
  Result (*Function)(void *);
  void *Argument;
};
} // namespace

template <typename Result> static Start<Result> take(void *Memory) {
  Start<Result> S = *static_cast<Start<Result> *>(Memory);
  InternalFree(Memory);
  return S;
}

template <typename Result> static Result runForeign(void *Memory) {
  Start<Result> S = take<Result>(Memory);
  __gvlsan_without_gvl = 1;
  return S.Function(S.Argument);
}

template <typename Result> static Result runVms(void *Memory) {
  Start<Result> S = take<Result>(Memory);
  Result R = S.Function(S.Argument);
  Thread.SurelyHolds = false;
  __gvlsan_without_gvl = 1;
  return R;
}

/// Lets \p Create, which is called at \p Caller, start the thread through us.
/// \returns what it returns.
template <typename Result, typename CreateFunction>
static int create(Result (*Function)(void *), void *Argument, uptr Caller,
                  CreateFunction Create) {
  if (!heap())
    return Create(Function, Argument);
  const HeapObserver *O = heapObserver();
  bool IsVms = O && O->IsVm(Caller);
  auto *S = static_cast<Start<Result> *>(InternalAlloc(sizeof(Start<Result>)));
  *S = {Function, Argument};
  int Error = Create(IsVms ? runVms<Result> : runForeign<Result>, S);
  if (Error)
    InternalFree(S);
  return Error;
}

INTERCEPTOR(int, pthread_create, void *Handle, const void *Attributes,
            void *(*Function)(void *), void *Argument) {
  if (!Initialized)
    initialize();
  return create(Function, Argument, GET_CALLER_PC(),
                [&](void *(*F)(void *), void *A) {
                  return REAL(pthread_create)(Handle, Attributes, F, A);
                });
}

// C11's, which libc makes of the other without a call that we see.
INTERCEPTOR(int, thrd_create, void *Handle, int (*Function)(void *),
            void *Argument) {
  if (!Initialized)
    initialize();
  return create(Function, Argument, GET_CALLER_PC(),
                [&](int (*F)(void *), void *A) {
                  return REAL(thrd_create)(Handle, F, A);
                });
}

void gvlsan::initializeThreads() {
  INTERCEPT_FUNCTION(pthread_create);
  INTERCEPT_FUNCTION(thrd_create);
}
