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
  if (LIKELY(!(Accesses.mayTouchHeap() | ...)))
    return;
  (
      [&] {
        if (Accesses.mayTouchHeap())
          checkString(Name, Accesses, Pc, Bp);
      }(),
      ...);
}

#define GVLSAN_UNWRAP(...) __VA_ARGS__
// With the lock, which is known only to an initialised runtime, each is a load,
// a branch and a jump. The rest is kept out of that function's frame.
#define GVLSAN_STRING(Name, Ret, Params, Args, ...)                            \
  DECLARE_REAL(Ret, Name, GVLSAN_UNWRAP Params)                                \
  static NOINLINE Ret Name##Checked(GVLSAN_UNWRAP Params, uptr Pc, uptr Bp) {  \
    if (UNLIKELY(!REAL(Name)))                                                 \
      initialize();                                                            \
    check(#Name, Pc, Bp, __VA_ARGS__);                                         \
    return REAL(Name) Args;                                                    \
  }                                                                            \
  INTERCEPTOR(Ret, Name, GVLSAN_UNWRAP Params) {                               \
    if (LIKELY(Thread.SurelyHolds)) [[clang::musttail]]                        \
      return REAL(Name) Args;                                                  \
    return Name##Checked(GVLSAN_UNWRAP Args, GET_CALLER_PC(),                  \
                         GET_CURRENT_FRAME());                                 \
  }
#include "StringCalls.def"

// What instrumented code calls for the memory intrinsics of its compiler.
#define INTERFACE extern "C" SANITIZER_INTERFACE_ATTRIBUTE
INTERFACE void *__gvlsan_memcpy(void *To, const void *From, uptr Size) {
  return memcpyChecked(To, From, Size, GET_CALLER_PC(), GET_CURRENT_FRAME());
}
INTERFACE void *__gvlsan_memmove(void *To, const void *From, uptr Size) {
  return memmoveChecked(To, From, Size, GET_CALLER_PC(), GET_CURRENT_FRAME());
}
INTERFACE void *__gvlsan_memset(void *To, int Byte, uptr Size) {
  return memsetChecked(To, Byte, Size, GET_CALLER_PC(), GET_CURRENT_FRAME());
}

void gvlsan::initializeStringInterceptors() {
#define GVLSAN_STRING(Name, ...) INTERCEPT_FUNCTION(Name);
#include "StringCalls.def"
}
