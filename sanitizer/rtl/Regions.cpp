//===- Regions.cpp - Where the lock is released and taken back ------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The VM's functions that run a callback without the lock, or with it again,
/// interposed to keep __gvlsan_without_gvl. An exception that leaves a callback
/// by longjmp leaves the hint as it was inside: out of rb_thread_call_with_gvl
/// that is right, and elsewhere the checks ask in vain.
///
/// Signatures: include/ruby/thread.h and include/ruby/io.h.
///
//===----------------------------------------------------------------------===//

#include "Instrumentation.h"
#include "Interceptors.h"

#include "interception/interception.h"

#include <dlfcn.h>

using namespace gvlsan;

namespace {

using Function = void *(*)(void *);

/// A callback, and how the lock is while it runs.
struct Callback {
  Function Run;
  void *Data;
  unsigned char WithoutGvl;
};

void *enter(void *Arg) {
  auto *C = static_cast<Callback *>(Arg);
  unsigned char Before = __gvlsan_without_gvl;
  __gvlsan_without_gvl = C->WithoutGvl;
  void *Result = C->Run(C->Data);
  __gvlsan_without_gvl = Before;
  return Result;
}

/// The VM's own function of this name: found at the first call, by the dynamic
/// linker's lock and not ours. The VM may be loaded after the runtime.
template <typename T> T *next(const char *Name, T *&Cache) {
  T *Real = __atomic_load_n(&Cache, __ATOMIC_ACQUIRE);
  if (!Real) {
    Real = reinterpret_cast<T *>(dlsym(RTLD_NEXT, Name));
    CHECK(Real && "called, and so defined by the VM");
    __atomic_store_n(&Cache, Real, __ATOMIC_RELEASE);
  }
  return Real;
}

} // namespace

/// GVLSAN_REGION(Name, WithoutGvl, Parameters, Arguments): Arguments are what
/// the VM's function gets, with `enter, &C` for the callback and its data.
#define GVLSAN_UNWRAP(...) __VA_ARGS__
#define GVLSAN_REGION(Name, WithoutGvl, Params, Args)                          \
  extern "C" SANITIZER_INTERFACE_ATTRIBUTE void *Name(GVLSAN_UNWRAP Params) {  \
    static void *(*Real)(GVLSAN_UNWRAP Params);                                \
    Callback C{Run, Data, WithoutGvl};                                         \
    return next(#Name, Real)(GVLSAN_UNWRAP Args);                              \
  }
#include "Regions.def"
