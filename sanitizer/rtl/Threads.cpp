//===- Threads.cpp - Threads begin and end --------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// An extension's own threads hold no lock at any time: their first function,
/// and so all that they run, is told so. The VM's hold none any more when its
/// own part of them is over: destructors of thread-local objects run then.
///
//===----------------------------------------------------------------------===//

#include "Context.h"
#include "Heap.h"
#include "Instrumentation.h"
#include "Interceptors.h"
#include "RawSyscalls.h"
#include "Seal.h"

#include "interception/interception.h"
#include "sanitizer_common/sanitizer_allocator_internal.h"

using namespace gvlsan;

namespace {
template <typename Result> struct Start {
  Result (*Function)(void *);
  void *Argument;
};
} // namespace

template <typename Result> static Result startWithoutGvl(void *Memory) {
  Start<Result> S = *static_cast<Start<Result> *>(Memory);
  InternalFree(Memory);
  __gvlsan_without_gvl = 1;
  armRawSyscalls();
  catchRawSyscalls();
  enterForeignThread();
  return S.Function(S.Argument);
}

template <typename Result> static Result startOfVm(void *Memory) {
  Start<Result> S = *static_cast<Start<Result> *>(Memory);
  InternalFree(Memory);
  armRawSyscalls();
  catchRawSyscalls();
  Result R = S.Function(S.Argument);
  Thread.SurelyHolds = false;
  return R;
}

/// Lets \p Create, which is called at \p Caller, start the thread through us.
/// \returns what it returns.
template <typename Result, typename CreateFunction>
static int create(Result (*Function)(void *), void *Argument, uptr Caller,
                  CreateFunction Create) {
  const HeapObserver *O = heapObserver();
  if (!heap())
    return Create(Function, Argument);
  auto *S = static_cast<Start<Result> *>(InternalAlloc(sizeof(Start<Result>)));
  *S = {Function, Argument};
  bool IsVms = O && O->IsVm(Caller);
  if (!IsVms)
    beforeForeignThread();
  int Error = Create(IsVms ? startOfVm<Result> : startWithoutGvl<Result>, S);
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
