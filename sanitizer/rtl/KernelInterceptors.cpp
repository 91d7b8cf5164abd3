//===- KernelInterceptors.cpp - Calls that hand memory out ----------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// sanitizer_common_interceptors.inc as a list of prototypes: its ENTER hook
/// gets every argument before the call is made, which is when a kernel-mode
/// access must be judged (the .inc's own range macros come afterwards, and not
/// at all when the call fails with EFAULT). Which of the interceptors are
/// installed, and what they touch, is said by Calls.def.
///
//===----------------------------------------------------------------------===//

#include "Calls.h"
#include "Checks.h"
#include "Heap.h"
#include "ImportTable.h"
#include "Interceptors.h"
#include "KernelUses.h"
#include "NameTable.h"

#include "interception/interception.h"
#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_errno.h"
#include "sanitizer_common/sanitizer_libc.h"
#include "sanitizer_common/sanitizer_platform_interceptors.h"
#include "sanitizer_common/sanitizer_platform_limits_netbsd.h"
#include "sanitizer_common/sanitizer_platform_limits_posix.h"
#include "sanitizer_common/sanitizer_stacktrace.h"
#include "sanitizer_common/sanitizer_tls_get_addr.h"

#include <dlfcn.h>
#include <stdarg.h>

// Ours: StringInterceptors.cpp, Interceptors.cpp, FaultSignals.cpp and rows of
// Calls.def.
#undef SANITIZER_INTERCEPT_MMAP
#define SANITIZER_INTERCEPT_MMAP 0
#undef SANITIZER_INTERCEPT_MMAP64
#define SANITIZER_INTERCEPT_MMAP64 0
#undef SANITIZER_INTERCEPT_MPROTECT
#define SANITIZER_INTERCEPT_MPROTECT 0
#undef SANITIZER_INTERCEPT_DLOPEN_DLCLOSE
#define SANITIZER_INTERCEPT_DLOPEN_DLCLOSE 0
#undef SANITIZER_INTERCEPT__EXIT
#define SANITIZER_INTERCEPT__EXIT 0
#undef SANITIZER_INTERCEPT_SEND_SENDTO
#define SANITIZER_INTERCEPT_SEND_SENDTO 0
#undef SANITIZER_INTERCEPT_SENDMSG
#define SANITIZER_INTERCEPT_SENDMSG 0
#undef SANITIZER_INTERCEPT_SENDMMSG
#define SANITIZER_INTERCEPT_SENDMMSG 0
#undef SANITIZER_INTERCEPT_STRLEN
#define SANITIZER_INTERCEPT_STRLEN 0
#undef SANITIZER_INTERCEPT_STRNLEN
#define SANITIZER_INTERCEPT_STRNLEN 0
#undef SANITIZER_INTERCEPT_STRCMP
#define SANITIZER_INTERCEPT_STRCMP 0
#undef SANITIZER_INTERCEPT_STRSTR
#define SANITIZER_INTERCEPT_STRSTR 0
#undef SANITIZER_INTERCEPT_STRCASESTR
#define SANITIZER_INTERCEPT_STRCASESTR 0
#undef SANITIZER_INTERCEPT_STRCASECMP
#define SANITIZER_INTERCEPT_STRCASECMP 0
#undef SANITIZER_INTERCEPT_STRCHR
#define SANITIZER_INTERCEPT_STRCHR 0
#undef SANITIZER_INTERCEPT_STRCHRNUL
#define SANITIZER_INTERCEPT_STRCHRNUL 0
#undef SANITIZER_INTERCEPT_STRRCHR
#define SANITIZER_INTERCEPT_STRRCHR 0
#undef SANITIZER_INTERCEPT_STRSPN
#define SANITIZER_INTERCEPT_STRSPN 0
#undef SANITIZER_INTERCEPT_STRPBRK
#define SANITIZER_INTERCEPT_STRPBRK 0
#undef SANITIZER_INTERCEPT_STRNDUP
#define SANITIZER_INTERCEPT_STRNDUP 0
#undef SANITIZER_INTERCEPT_MEMCMP
#define SANITIZER_INTERCEPT_MEMCMP 0
#undef SANITIZER_INTERCEPT_BCMP
#define SANITIZER_INTERCEPT_BCMP 0
#undef SANITIZER_INTERCEPT_MEMMEM
#define SANITIZER_INTERCEPT_MEMMEM 0
#undef SANITIZER_INTERCEPT_MEMCHR
#define SANITIZER_INTERCEPT_MEMCHR 0
#undef SANITIZER_INTERCEPT_MEMRCHR
#define SANITIZER_INTERCEPT_MEMRCHR 0
#undef SANITIZER_INTERCEPT_SIGPROCMASK
#define SANITIZER_INTERCEPT_SIGPROCMASK 0
#undef SANITIZER_INTERCEPT_PTHREAD_SIGMASK
#define SANITIZER_INTERCEPT_PTHREAD_SIGMASK 0
#undef SANITIZER_INTERCEPT_TLS_GET_ADDR
#define SANITIZER_INTERCEPT_TLS_GET_ADDR 0

using namespace gvlsan;
using namespace __sanitizer;

template <typename T> static ALWAYS_INLINE uptr asWord(T X) {
  if constexpr (__is_pointer(T))
    return reinterpret_cast<uptr>(X);
  else if constexpr (__is_integral(T))
    return static_cast<uptr>(X);
  else
    return 0;
}

/// The hook of every interceptor; nothing is left of it for calls that are not
/// in the table.
template <Call Id, typename... T>
static ALWAYS_INLINE void enter(uptr Pc, uptr Bp, T... Args) {
  if constexpr (Id != Call::None) {
    if (LIKELY(!heap()))
      return;
    const uptr Words[] = {asWord(Args)..., 0};
    checkCall(Id, Words, Pc, Bp);
  }
}

template <Call Id, typename... T>
static ALWAYS_INLINE void leave(uptr Pc, uptr Bp, long Result, T... Args) {
  if (LIKELY(!heap()))
    return;
  const uptr Words[] = {asWord(Args)..., 0};
  noteKernelUse(Id, Words, Result, Pc, Bp);
}

#define COMMON_INTERCEPTOR_NOTHING_IS_INITIALIZED 0
#define COMMON_INTERCEPTOR_ENTER(ctx, func, ...)                               \
  ctx = nullptr;                                                               \
  (void)ctx;                                                                   \
  if (UNLIKELY(!Initialized))                                                  \
    initialize();                                                              \
  enter<findCall(#func)>(GET_CALLER_PC(),                                      \
                         GET_CURRENT_FRAME() __VA_OPT__(, ) __VA_ARGS__)
#define COMMON_INTERCEPTOR_READ_RANGE(ctx, ptr, size) ((void)(size))
#define COMMON_INTERCEPTOR_WRITE_RANGE(ctx, ptr, size) ((void)(size))
#define COMMON_INTERCEPTOR_DIR_ACQUIRE(ctx, path)
#define COMMON_INTERCEPTOR_FD_ACQUIRE(ctx, fd)
#define COMMON_INTERCEPTOR_FD_RELEASE(ctx, fd)
#define COMMON_INTERCEPTOR_FD_SOCKET_ACCEPT(ctx, fd, newfd)
#define COMMON_INTERCEPTOR_SET_THREAD_NAME(ctx, name)
#define COMMON_INTERCEPTOR_SET_PTHREAD_NAME(ctx, thread, name)
#define COMMON_INTERCEPTOR_BLOCK_REAL(name) REAL(name)
#define COMMON_INTERCEPTOR_ON_EXIT(ctx) 0

/// Where the loader finds nothing it allocates. That may be in the middle of
/// the set-up of the process's own allocator, whose first call has brought us
/// here.
static bool isInLibc(const char *Name) {
  static constexpr u32 Capacity = 1 << 13;
  static NameTable<Capacity> Names;
  Dl_info Info;
  link_map *Map = nullptr;
  if (!Names.size() &&
      dladdr1(dlsym(RTLD_NEXT, "write"), &Info, reinterpret_cast<void **>(&Map),
              RTLD_DL_LINKMAP))
    ImportTable(Map->l_addr, Map->l_ld)
        .forEachExport(
            [](const char *Name, const ElfW(Sym) &) { Names.insert(Name); });
  return Names.size() == Capacity || Names.find(Name) >= 0;
}

// An interceptor that serves no rule is not exported, but the runtime's own
// calls of such a function are bound to it: its real function is found all the
// same. The linker drops those that nothing refers to.
template <typename T> static void findReal(const char *Name, T &Real) {
  if (isInLibc(Name))
    Real = reinterpret_cast<T>(dlsym(RTLD_NEXT, Name));
}
#define COMMON_INTERCEPT_FUNCTION(name)                                        \
  do {                                                                         \
    if constexpr (findCall(#name) != Call::None)                               \
      INTERCEPT_FUNCTION(name);                                                \
    else                                                                       \
      findReal(#name, REAL(name));                                             \
  } while (false)
#define COMMON_INTERCEPT_FUNCTION_VER(name, ver)                               \
  do {                                                                         \
    if constexpr (findCall(#name) != Call::None)                               \
      INTERCEPT_FUNCTION_VER(name, ver);                                       \
    else                                                                       \
      findReal(#name, REAL(name));                                             \
  } while (false)
#define COMMON_INTERCEPT_FUNCTION_VER_UNVERSIONED_FALLBACK(name, ver)          \
  do {                                                                         \
    if constexpr (findCall(#name) == Call::None)                               \
      findReal(#name, REAL(name));                                             \
    else if (!INTERCEPT_FUNCTION_VER(name, ver))                               \
      INTERCEPT_FUNCTION(name);                                                \
  } while (false)

// realpath and its like hand out memory that the program frees: libc's own.
extern "C" void *malloc(uptr);
extern "C" void free(void *);
#define ___interceptor_malloc malloc
#define ___interceptor_free free

namespace __sanitizer {
// Ours are in StringInterceptors.cpp.
void InitializeMemintrinsicInterceptors() {}
} // namespace __sanitizer
DECLARE_REAL(void *, memcpy, void *, const void *, uptr)
DECLARE_REAL(void *, memset, void *, int, uptr)
DECLARE_REAL(uptr, strlen, const char *)
DECLARE_REAL(uptr, strnlen, const char *, uptr)

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wunused-function"
#pragma clang diagnostic ignored "-Wunused-variable"
#include "sanitizer_common/sanitizer_common_interceptors.inc"
#pragma clang diagnostic pop

#define GVLSAN_UNWRAP(...) __VA_ARGS__
#define GVLSAN_EXTRA(Name, Mode, Ret, Params, Args, ...)                       \
  INTERCEPTOR(Ret, Name, GVLSAN_UNWRAP Params) {                               \
    if (UNLIKELY(!Initialized))                                                \
      initialize();                                                            \
    enter<Call::Name>(GET_CALLER_PC(), GET_CURRENT_FRAME(),                    \
                      GVLSAN_UNWRAP Args);                                     \
    return REAL(Name) Args;                                                    \
  }
#define GVLSAN_KEEPS(Name, Mode, Ret, Params, Args, ...)                       \
  INTERCEPTOR(Ret, Name, GVLSAN_UNWRAP Params) {                               \
    if (UNLIKELY(!Initialized))                                                \
      initialize();                                                            \
    enter<Call::Name>(GET_CALLER_PC(), GET_CURRENT_FRAME(),                    \
                      GVLSAN_UNWRAP Args);                                     \
    Ret Result = REAL(Name) Args;                                              \
    leave<Call::Name>(GET_CALLER_PC(), GET_CURRENT_FRAME(), Result,            \
                      GVLSAN_UNWRAP Args);                                     \
    return Result;                                                             \
  }
#include "Calls.def"

// The mode is passed on whether or not the caller gave one, as libc does.
#define OPEN_INTERCEPTOR(Name)                                                 \
  INTERCEPTOR(int, Name, const char *Path, int Flags, ...) {                   \
    if (UNLIKELY(!Initialized))                                                \
      initialize();                                                            \
    va_list Rest;                                                              \
    va_start(Rest, Flags);                                                     \
    unsigned Mode = va_arg(Rest, unsigned);                                    \
    va_end(Rest);                                                              \
    enter<Call::Name>(GET_CALLER_PC(), GET_CURRENT_FRAME(), Path);             \
    return REAL(Name)(Path, Flags, Mode);                                      \
  }
OPEN_INTERCEPTOR(open)
OPEN_INTERCEPTOR(open64)

#define OPENAT_INTERCEPTOR(Name)                                               \
  INTERCEPTOR(int, Name, int Fd, const char *Path, int Flags, ...) {           \
    if (UNLIKELY(!Initialized))                                                \
      initialize();                                                            \
    va_list Rest;                                                              \
    va_start(Rest, Flags);                                                     \
    unsigned Mode = va_arg(Rest, unsigned);                                    \
    va_end(Rest);                                                              \
    enter<Call::Name>(GET_CALLER_PC(), GET_CURRENT_FRAME(), Fd, Path);         \
    return REAL(Name)(Fd, Path, Flags, Mode);                                  \
  }
OPENAT_INTERCEPTOR(openat)
OPENAT_INTERCEPTOR(openat64)

void gvlsan::initializeKernelInterceptors() {
  InitializeCommonInterceptors();
#define GVLSAN_EXTRA(Name, ...) INTERCEPT_FUNCTION(Name);
#include "Calls.def"
  INTERCEPT_FUNCTION(open);
  INTERCEPT_FUNCTION(open64);
  INTERCEPT_FUNCTION(openat);
  INTERCEPT_FUNCTION(openat64);
}
