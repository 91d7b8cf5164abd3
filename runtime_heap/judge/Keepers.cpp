//===- Keepers.cpp - Objects that libc keeps for extensions ---------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// What a library keeps it keeps where the heap cannot look. But extensions call
// it through its entry points, and those of libc that keep a pointer for the
// program are defined in this program, before libc: pthread_setspecific and
// on_exit.
//
//===----------------------------------------------------------------------===//

#include "judge/Keepers.h"

#include "heap/SpinLock.h"
#include "judge/Judge.h"
#include "judge/Next.h"

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace rheap {
namespace {

struct Kept {
  VALUE Object;
  const char *Call;
  const void *Pc;
  bool Said;
  /// Of pthread_setspecific.
  long Tid;
  pthread_key_t Key;
};

/// Extensions also call them in regions.
SpinLock Lock;

std::vector<Kept> &allKept() {
  static auto *All = new std::vector<Kept>;
  return *All;
}

bool isOver(const Kept &K) {
  return K.Tid && syscall(SYS_tgkill, getpid(), K.Tid, 0) != 0;
}

void keep(const void *P, const char *Call, const void *ReturnAddress, long Tid,
          pthread_key_t Key) {
  std::lock_guard Guard(Lock);
  std::erase_if(allKept(), [&](const Kept &K) {
    return Tid && K.Tid == Tid && K.Key == Key;
  });
  if (heap().pageOf(P))
    allKept().push_back({reinterpret_cast<VALUE>(P), Call,
                         callSite(ReturnAddress), false, Tid, Key});
}

} // namespace

void judgeKept(Heap &H) {
  // Reporting takes its time.
  std::vector<Kept> News;
  {
    std::lock_guard Guard(Lock);
    std::erase_if(allKept(), isOver);
    for (Kept &K : allKept())
      if (!K.Said && H.isObject(K.Object) && !H.isHeld(K.Object)) {
        K.Said = true;
        News.push_back(K);
      }
  }
  for (const Kept &K : News)
    report(gvlsan::RuleId::H1, GVLSAN_ACCESS_CALL, K.Call,
           reinterpret_cast<const void *>(K.Object), sizeof(VALUE), K.Pc,
           nullptr);
}

} // namespace rheap

#pragma GCC visibility push(default)

extern "C" int on_exit(void (*Function)(int, void *), void *Argument) noexcept {
  static std::atomic<int (*)(void (*)(int, void *), void *)> Known;
  if (rheap::Judging)
    rheap::keep(Argument, "on_exit", __builtin_return_address(0), 0, 0);
  return rheap::next(Known, "on_exit")(Function, Argument);
}

extern "C" int pthread_setspecific(pthread_key_t Key, const void *P) noexcept {
  static std::atomic<int (*)(pthread_key_t, const void *)> Known;
  if (rheap::Judging)
    rheap::keep(P, "pthread_setspecific", __builtin_return_address(0),
                syscall(SYS_gettid), Key);
  return rheap::next(Known, "pthread_setspecific")(Key, P);
}

#pragma GCC visibility pop
