//===- Races.cpp - Two threads at one buffer ------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "judge/Races.h"

#include "gvl/Baton.h"
#include "heap/SpinLock.h"
#include "judge/Globals.h"
#include "judge/Judge.h"
#include "judge/Next.h"

#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <mutex>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace rheap {
namespace {

/// The one thread that waits. Under WaiterLock.
struct {
  const BufferAccess *Access = nullptr;
  const void *Buffer = nullptr;
  long Tid = 0;
  bool IsAtomic = false;
  bool Met = false;
  /// By whom, once it is met.
  rheap_other_access By = {};
  gvlsan::RuleId Rule = gvlsan::RuleId::R4;
} Waiter;
SpinLock WaiterLock;

/// While the calling thread reports that it has met another.
thread_local const rheap_other_access *Other = nullptr;

/// Accesses of watched buffers by threads that did not wait.
std::atomic<unsigned> Progress{0};
/// Waits that nobody came to, in the whole run.
std::atomic<unsigned> InVain{0};
constexpr unsigned MaxInVain = 256;

/// Whether the instruction at \p Context's program counter locks the bus, so
/// that it orders itself.
bool isAtomic(const ucontext_t *Context) {
#if defined(__x86_64__)
  if (!Context)
    return false;
  auto *P = reinterpret_cast<const unsigned char *>(
      Context->uc_mcontext.gregs[REG_RIP]);
  for (int I = 0; I < 14; ++I, ++P) {
    if (*P == 0xf0)
      return true;
    bool IsPrefix = *P == 0x66 || *P == 0x67 || *P == 0xf2 || *P == 0xf3 ||
                    *P == 0x2e || *P == 0x36 || *P == 0x3e || *P == 0x26 ||
                    *P == 0x64 || *P == 0x65 || (*P & 0xf0) == 0x40;
    if (!IsPrefix)
      return *P == 0x86 || *P == 0x87; // xchg
  }
#endif
  return false;
}

bool overlap(const BufferAccess &A, const BufferAccess &B) {
  auto Begin = [](const BufferAccess &X) { return uintptr_t(X.Address); };
  return Begin(A) < Begin(B) + B.Size && Begin(B) < Begin(A) + A.Size;
}

bool oneWrites(const BufferAccess &A, const BufferAccess &B) {
  return A.Kind == GVLSAN_ACCESS_WRITE || B.Kind == GVLSAN_ACCESS_WRITE;
}

rheap_other_access describe(const BufferAccess &A, long Tid) {
  return {Tid, A.Kind == GVLSAN_ACCESS_WRITE, A.Size, A.Call, A.Pc};
}

void say(gvlsan::RuleId Rule, const BufferAccess &A,
         const rheap_other_access &Met) {
  Other = &Met;
  report(Rule, A.Kind, A.Call, A.Address, A.Size, A.Pc, A.Context);
  Other = nullptr;
}

// In a signal handler: nothing of libc that allocates or locks, and system
// calls past the sanitizer, which would look at their buffers.

long now() {
  timespec T = {};
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &T);
  return T.tv_sec * 1000000 + T.tv_nsec / 1000;
}

/// Microseconds of processor time that thread \p Tid has had.
long processorTime(long Tid) {
  timespec T = {};
  // As clock_getcpuclockid(3) makes it of a thread's id.
  syscall(SYS_clock_gettime, (~Tid << 3) | 6, &T);
  return T.tv_sec * 1000000 + T.tv_nsec / 1000;
}

bool isRunning(long Tid) {
  char Path[64], Text[256];
  snprintf(Path, sizeof(Path), "/proc/self/task/%ld/stat", Tid);
  long File = syscall(SYS_openat, AT_FDCWD, Path, O_RDONLY | O_CLOEXEC);
  if (File < 0)
    return false;
  long N = syscall(SYS_read, File, Text, sizeof(Text) - 1);
  syscall(SYS_close, File);
  Text[N > 0 ? N : 0] = 0;
  const char *AfterName = strrchr(Text, ')');
  return AfterName && AfterName[1] == ' ' &&
         (AfterName[2] == 'R' || AfterName[2] == 'D');
}

struct Others {
  bool AnyRuns = false;
  long Time = 0;
  unsigned Count = 0;
};

/// What the other threads of the process are at.
Others lookAtOthers() {
  Others Result;
  long Self = syscall(SYS_gettid);
  long Folder = syscall(SYS_openat, AT_FDCWD, "/proc/self/task",
                        O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (Folder < 0)
    return Result;
  alignas(dirent64) char Entries[2048];
  for (long N;
       (N = syscall(SYS_getdents64, Folder, Entries, sizeof(Entries))) > 0;)
    for (long At = 0; At < N;) {
      auto *E = reinterpret_cast<dirent64 *>(Entries + At);
      At += E->d_reclen;
      long Tid = 0;
      for (const char *P = E->d_name; *P >= '0' && *P <= '9'; ++P)
        Tid = Tid * 10 + (*P - '0');
      if (!Tid || Tid == Self)
        continue;
      ++Result.Count;
      Result.Time += processorTime(Tid);
      Result.AnyRuns |= isRunning(Tid);
    }
  syscall(SYS_close, Folder);
  return Result;
}

bool hasMet() {
  std::lock_guard Guard(WaiterLock);
  return Waiter.Met;
}

/// Until somebody has come, or all others sleep, have ended, or have computed
/// for long without coming near. Their time counts, not the clock's, so that a
/// busy machine changes nothing.
void waitForOthers() {
  constexpr long Patience = 50'000, Longest = 10'000'000;
  constexpr unsigned MaxThreads = 64, Often = 4;
  long Begin = now(), Since = -1;
  unsigned Seen = Progress.load(), Idle = 0;
  while (!hasMet() && now() - Begin < Longest) {
    Others O = lookAtOthers();
    if (!O.Count || O.Count > MaxThreads)
      return;
    // That of a thread which has ended counts no more.
    if (Since < 0 || O.Time < Since || Progress.load() != Seen) {
      Seen = Progress.load();
      Since = O.Time;
    }
    if (O.Time - Since > Patience)
      return;
    // One that has only just gone to sleep may wake at once.
    Idle = O.AnyRuns ? 0 : Idle + 1;
    if (Idle == Often)
      return;
    timespec Pause = {0, 500'000};
    syscall(SYS_nanosleep, &Pause, nullptr);
  }
}

} // namespace

void watchForRaces() {
  // Where threads take turns, one that waits keeps the turn.
  if (Judging && heap().Settings.Seal && !baton().active())
    heap().External.watch();
}

void meetOthers(const Buffers::Info &B, const BufferAccess &A) {
  if (isReporting())
    return;
  const bool IsAtomic = isAtomic(A.Context);
  const long Tid = syscall(SYS_gettid);
  gvlsan::RuleId Rule = A.Rule;
  rheap_other_access Met = {};
  bool Waits = false, Meets = false;
  {
    std::lock_guard Guard(WaiterLock);
    if (const BufferAccess *W = Waiter.Access) {
      Progress.fetch_add(1);
      // Its own signal handler does not meet it.
      Meets = !Waiter.Met && Waiter.Tid != Tid && Waiter.Buffer == B.Begin &&
              overlap(*W, A) && oneWrites(*W, A) && !Waiter.IsAtomic &&
              !IsAtomic;
      if (Meets) {
        Rule = W->Rule == gvlsan::RuleId::R4 ? Rule : W->Rule;
        Met = describe(*W, Waiter.Tid);
        Waiter.By = describe(A, Tid);
        Waiter.Rule = Rule;
        Waiter.Met = true;
      }
    } else if (InVain.load() < MaxInVain &&
               heap().External.mayWaitAt(B.Begin)) {
      Waiter = {&A, B.Begin, Tid, IsAtomic};
      Waits = true;
    }
  }
  if (Waits) {
    waitForOthers();
    std::lock_guard Guard(WaiterLock);
    Meets = Waiter.Met;
    Met = Waiter.By;
    Rule = Waiter.Rule;
    Waiter = {};
    if (!Meets)
      InVain.fetch_add(1);
  }
  if (!Meets)
    return;
  // Both sides are said, each by its own thread.
  say(Rule, A, Met);
  heap().External.unwatch(B.Begin, /*ForGood=*/true);
}

void meetUsersOf(const void *P) {
  Buffers::Info Info;
  if (heap().External.find(P, Info) && Info.Watched)
    meetOthers(Info, {gvlsan::RuleId::R2_b, Info.Begin, Info.Size,
                      GVLSAN_ACCESS_WRITE, nullptr, lastCallSite(), nullptr});
}

bool otherAccess(rheap_other_access &Out) {
  if (Other)
    Out = *Other;
  return Other != nullptr;
}

void forgetWaiter() {
  WaiterLock.unlock();
  Waiter = {};
}

} // namespace rheap

// AddressSanitizer has to see threads begin, and does not judge.
#if !__has_feature(address_sanitizer)

#pragma GCC visibility push(default)

extern "C" int pthread_create(pthread_t *Handle,
                              const pthread_attr_t *Attributes,
                              void *(*Function)(void *),
                              void *Argument) noexcept {
  static std::atomic<int (*)(pthread_t *, const pthread_attr_t *,
                             void *(*)(void *), void *)>
      Known;
  // One of the heap's own needs the lock first, or a region.
  if (rheap::Judging && rheap::heapIfAny() &&
      rheap::isInExtension(__builtin_return_address(0)))
    rheap::watchForRaces();
  [[clang::musttail]] return rheap::next(Known, "pthread_create")(
      Handle, Attributes, Function, Argument);
}

#pragma GCC visibility pop

#endif
