//===- StringInterceptors.cpp - libc's plain memory functions -------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// One interceptor for each row of StringCalls.def. The way through with the
/// lock: one thread-local load, then a jump.
///
//===----------------------------------------------------------------------===//

#include "Checks.h"
#include "Interceptors.h"

#include "interception/interception.h"

using namespace gvlsan;

// The vocabulary of StringCalls.def.
static ALWAYS_INLINE StringAccess reads(const void *P, uptr N) {
  return {P, N, nullptr, 0, false};
}
static ALWAYS_INLINE StringAccess writes(const void *P, uptr N) {
  return {P, N, nullptr, 0, true};
}
static ALWAYS_INLINE StringAccess readsString(const char *P,
                                              uptr Max = UnknownSize) {
  return {P, Max ? UnknownSize : 0, P, Max, false};
}
static ALWAYS_INLINE StringAccess writesString(const char *P, const char *Of) {
  return {P, UnknownSize, Of, UnknownSize, true};
}

template <typename... T>
static ALWAYS_INLINE void check(const char *Name, uptr Pc, uptr Bp,
                                const T &...Accesses) {
  // Two branches for all of them: the thread holds the lock, or nothing touches
  // the heap, nearly always.
  if (LIKELY(Thread.SurelyHolds) || LIKELY(!(Accesses.mayTouchHeap() | ...)))
    return;
  (
      [&] {
        if (Accesses.mayTouchHeap())
          checkString(Name, Accesses, Pc, Bp);
      }(),
      ...);
}

#define GVLSAN_UNWRAP(...) __VA_ARGS__
#define GVLSAN_STRING(Name, Ret, Params, Args, ...)                            \
  INTERCEPTOR(Ret, Name, GVLSAN_UNWRAP Params) {                               \
    if (UNLIKELY(!REAL(Name)))                                                 \
      initialize();                                                            \
    check(#Name, GET_CALLER_PC(), GET_CURRENT_FRAME(), __VA_ARGS__);           \
    return REAL(Name) Args;                                                    \
  }
#include "StringCalls.def"

void gvlsan::initializeStringInterceptors() {
#define GVLSAN_STRING(Name, ...) INTERCEPT_FUNCTION(Name);
#include "StringCalls.def"
}
