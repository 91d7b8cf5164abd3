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

static bool waitFor(int Pid, int TimeoutMs) {
  uptr Deadline = nowMs() + TimeoutMs;
  for (uptr Step = 50;; Step = Min<uptr>(Step * 2, 5000)) {
    int Status = 0;
    long Done = syscall(SYS_wait4, Pid, &Status, __WALL | WNOHANG, nullptr);
    if (Done == Pid)
      return WIFEXITED(Status) && WEXITSTATUS(Status) == Finished;
    if (Done < 0)
      return false;
    if (nowMs() >= Deadline) {
      syscall(SYS_kill, Pid, SIGKILL);
      syscall(SYS_wait4, Pid, &Status, __WALL, nullptr);
      return false;
    }
    internal_usleep(Step);
  }
}

bool runInSnapshot(void (*Work)(void *), void *Arg, int TimeoutMs) {
  int Errno = errno;
  ScopedBlockSignals Block(nullptr);
  // No exit signal among the flags: this child is invisible to wait(2), and no
  // library's fork handlers run.
  long Pid = syscall(SYS_clone, 0, nullptr, nullptr, nullptr, nullptr);
  if (Pid == 0) {
    resetSignals();
    // sanitizer_common closes every possible descriptor before it starts the
    // symbolizer: keep that number small.
    struct rlimit Files = {256, 256};
    syscall(SYS_setrlimit, RLIMIT_NOFILE, &Files);
    Work(Arg);
    internal__exit(Finished);
  }
  bool Ok = Pid > 0 && waitFor(static_cast<int>(Pid), TimeoutMs);
  errno = Errno;
  return Ok;
}

void *mapShared(uptr Size) {
  uptr Memory = internal_mmap(nullptr, Size, PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return internal_iserror(Memory) ? nullptr : reinterpret_cast<void *>(Memory);
}

void unmapShared(void *Memory, uptr Size) {
  if (Memory)
    internal_munmap(Memory, Size);
}

} // namespace gvlsan
