//===- Launch.cpp - Run a command and learn of its reports ----------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Launch.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gvlsan {

ReportCounter::ReportCounter() {
  const char *Folder = std::getenv("TMPDIR");
  Path = std::string(Folder && *Folder ? Folder : "/tmp") + "/gvlsan-XXXXXX";
  Fd = mkostemp(Path.data(), O_CLOEXEC);
  if (Fd < 0)
    Path.clear();
  else
    // A server may have become another user by the time it reports.
    fchmod(Fd, S_IRUSR | S_IWUSR | S_IWGRP | S_IWOTH);
}

int ReportCounter::finish() {
  // Each report in progress holds the lock shared. None takes longer than this
  // by much, unless its process was stopped.
  for (int Tenths = 0; flock(Fd, LOCK_EX | LOCK_NB) != 0 && Tenths < 400;
       ++Tenths)
    usleep(100000);
  int Last = 0;
  unsigned char Codes[256];
  lseek(Fd, 0, SEEK_SET);
  for (ssize_t N; (N = read(Fd, Codes, sizeof(Codes))) > 0;) {
    SawHeap = true;
    for (ssize_t I = 0; I < N; ++I)
      if (Codes[I])
        Last = Codes[I];
  }
  unlink(Path.c_str());
  close(Fd);
  return Last;
}

static volatile pid_t Child;

static void passOn(int Signal, siginfo_t *Info, void *) {
  // The terminal's go to the whole group, and so to the child, anyway.
  int Errno = errno;
  if (Info->si_code != SI_KERNEL && Child > 0)
    kill(Child, Signal);
  errno = Errno;
}

int runAsChild(int &WaitStatus) {
  static constexpr int PassedOn[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM,
                                     SIGUSR1, SIGUSR2, SIGCONT};
  sigset_t Set, Before;
  sigemptyset(&Set);
  for (int Signal : PassedOn)
    sigaddset(&Set, Signal);
  // Until the child is known none may be handled, and until it has its own
  // handlers the child must not lose one.
  sigprocmask(SIG_BLOCK, &Set, &Before);
  // Where children are ignored, their status is lost.
  auto *OnChild = std::signal(SIGCHLD, SIG_DFL);
  pid_t Launcher = getpid();
  Child = fork();
  if (Child < 0)
    return -1;
  if (Child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != Launcher)
      _exit(128 + SIGKILL);
    std::signal(SIGCHLD, OnChild);
    sigprocmask(SIG_SETMASK, &Before, nullptr);
    return 0;
  }
  struct sigaction Action = {};
  Action.sa_sigaction = passOn;
  Action.sa_flags = SA_SIGINFO | SA_RESTART;
  for (int Signal : PassedOn) {
    struct sigaction Old;
    // What is ignored (nohup) stays ignored, here and in the child.
    if (sigaction(Signal, nullptr, &Old) == 0 && Old.sa_handler != SIG_IGN)
      sigaction(Signal, &Action, nullptr);
  }
  sigprocmask(SIG_SETMASK, &Before, nullptr);
  while (waitpid(Child, &WaitStatus, 0) < 0)
    if (errno != EINTR)
      return -1;
  // Its number may be another's from now on.
  Child = 0;
  return 1;
}

void endLike(int WaitStatus, int Override) {
  if (WIFSIGNALED(WaitStatus)) {
    // The child's core is the interesting one.
    rlimit None = {0, 0};
    setrlimit(RLIMIT_CORE, &None);
    std::signal(WTERMSIG(WaitStatus), SIG_DFL);
    raise(WTERMSIG(WaitStatus));
    _exit(128 + WTERMSIG(WaitStatus));
  }
  _exit(Override ? Override : WEXITSTATUS(WaitStatus));
}

} // namespace gvlsan
