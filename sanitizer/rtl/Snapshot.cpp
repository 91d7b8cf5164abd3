//===- Snapshot.cpp - Work on a frozen copy of the process ----------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Snapshot.h"

#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_libc.h"
#include "sanitizer_common/sanitizer_linux.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace gvlsan {

static constexpr int Finished = 97;

// The kernel's own idea of sigaction: libc's would not let us reset the
// signals that it uses itself.
struct KernelSigaction {
  void (*Handler)(int);
  unsigned long Flags;
  void (*Restorer)();
  unsigned long Mask;
};

static void resetSignals() {
  KernelSigaction Default = {};
  for (int Signal = 1; Signal < 65; ++Signal)
    syscall(SYS_rt_sigaction, Signal, &Default, nullptr, sizeof(unsigned long));
}

static uptr nowMs() { return MonotonicNanoTime() / 1000000; }

/// The snapshot as its process sees it.
namespace {
class Child {
public:
  explicit Child(long Pid) : Pid(static_cast<int>(Pid)) {}

  /// Waits for the end, or for \p State to leave zero, whatever comes first.
  /// A child that takes longer is killed. \returns false when it ended before
  /// its work was done, or was killed.
  bool wait(int TimeoutMs, const atomic_uint32_t *State = nullptr) const {
    uptr Deadline = nowMs() + TimeoutMs;
    for (uptr Step = 50;; Step = Min<uptr>(Step * 2, 5000)) {
      if (State && atomic_load(State, memory_order_acquire))
        return true;
      int Status = 0;
      long Done = syscall(SYS_wait4, Pid, &Status, __WALL | WNOHANG, nullptr);
      if (Done == Pid)
        return WIFEXITED(Status) && WEXITSTATUS(Status) == Finished;
      if (Done < 0)
        return false;
      if (nowMs() >= Deadline) {
        kill();
        return false;
      }
      internal_usleep(Step);
    }
  }

  void kill() const {
    syscall(SYS_kill, Pid, SIGKILL);
    reap();
  }

  void reap() const {
    int Status = 0;
    syscall(SYS_wait4, Pid, &Status, __WALL, nullptr);
  }

private:
  int Pid;
};
} // namespace

/// \returns 0 in the copy; no signal is handled there.
static long copyProcess() {
  // No exit signal among the flags: this child is invisible to wait(2), and no
  // library's fork handlers run.
  long Pid = syscall(SYS_clone, 0, nullptr, nullptr, nullptr, nullptr);
  if (Pid == 0) {
    resetSignals();
    // sanitizer_common closes every possible descriptor before it starts the
    // symbolizer: keep that number small.
    struct rlimit Files = {256, 256};
    syscall(SYS_setrlimit, RLIMIT_NOFILE, &Files);
  }
  return Pid;
}

bool runInSnapshot(void (*Work)(void *), void *Arg, int TimeoutMs) {
  int Errno = errno;
  ScopedBlockSignals Block(nullptr);
  long Pid = copyProcess();
  if (Pid == 0) {
    Work(Arg);
    internal__exit(Finished);
  }
  bool Ok = Pid > 0 && Child(Pid).wait(TimeoutMs);
  errno = Errno;
  return Ok;
}

namespace {
/// What becomes of a result. It is taken while it is Ready or, when the process
/// dies at it, Taking.
enum Inherited : u32 { Working, Ready, Taking, Taken };
} // namespace

/// A process that does not come for its result is taken to be no more: it may
/// have called exec, which cannot be told from the snapshot.
static constexpr uptr PatienceMs = 5000;

static void inherit(const Inheritance &I, int Process) {
  atomic_store(I.State, Ready, memory_order_release);
  for (uptr Begin = nowMs();; internal_usleep(500)) {
    u32 State = atomic_load(I.State, memory_order_acquire);
    if (State == Taken)
      return;
    if (syscall(SYS_getppid) != Process)
      break;
    if (State == Ready && nowMs() - Begin > PatienceMs &&
        atomic_compare_exchange_strong(I.State, &State, Taken,
                                       memory_order_acq_rel))
      break;
  }
  I.Take(I.Arg);
}

bool runInSnapshot(const Inheritance &I, int TimeoutMs) {
  int Errno = errno;
  ScopedBlockSignals Block(nullptr);
  int Process = static_cast<int>(internal_getpid());
  long Pid = copyProcess();
  if (Pid == 0) {
    syscall(SYS_setsid);
    I.Work(I.Arg);
    inherit(I, Process);
    internal__exit(Finished);
  }
  bool Ok = Pid > 0 && Child(Pid).wait(TimeoutMs, I.State);
  if (Ok) {
    u32 Expected = Ready;
    if (atomic_compare_exchange_strong(I.State, &Expected, Taking,
                                       memory_order_acq_rel))
      I.Take(I.Arg);
    atomic_store(I.State, Taken, memory_order_release);
    Child(Pid).reap();
  }
  errno = Errno;
  return Ok;
}

void *mapShared(uptr Size) {
  uptr Memory =
      internal_mmap(nullptr, Size, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return internal_iserror(Memory) ? nullptr : reinterpret_cast<void *>(Memory);
}

void unmapShared(void *Memory, uptr Size) {
  if (Memory)
    internal_munmap(Memory, Size);
}

} // namespace gvlsan
