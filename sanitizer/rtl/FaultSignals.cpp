//===- FaultSignals.cpp - Standing before the program's handlers ----------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "FaultSignals.h"

#include "Interceptors.h"
#include "RawSyscalls.h"
#include "Seal.h"

#include "interception/interception.h"
#include "sanitizer_common/sanitizer_libc.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace gvlsan;

/// The signals that come to us first.
static constexpr int Candidates[] = {SIGSEGV, SIGTRAP, SIGSYS};
static bool Installed[NSIG];
static bool AnyInstalled;

/// The handlers that the program believes in.
static struct sigaction OfProgram[NSIG];

static bool isOurs(int Signal) {
  return AnyInstalled && Signal > 0 && Signal < NSIG && Installed[Signal];
}

DECLARE_REAL(int, sigaction, int, const struct sigaction *, struct sigaction *)
DECLARE_REAL(sighandler_t, signal, int, sighandler_t)
DECLARE_REAL(int, sigprocmask, int, const sigset_t *, sigset_t *)
DECLARE_REAL(int, pthread_sigmask, int, const sigset_t *, sigset_t *)

/// Calls the program's handler as the kernel would have.
static void chain(int Signal, siginfo_t *Info, void *Context) {
  struct sigaction Handler = OfProgram[Signal];
  bool IsDefault =
      !(Handler.sa_flags & SA_SIGINFO) &&
      (Handler.sa_handler == SIG_DFL || Handler.sa_handler == SIG_IGN);
  if (IsDefault) {
    // The access is made again, or the signal sent again, and ends the process
    // as it would have without us.
    struct sigaction Default = {};
    Default.sa_handler = SIG_DFL;
    REAL(sigaction)(Signal, &Default, nullptr);
    if (Info->si_code <= 0)
      syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), Signal);
    return;
  }
  if (Handler.sa_flags & SA_RESETHAND)
    OfProgram[Signal] = {};
  if (Handler.sa_flags & SA_NODEFER) {
    sigset_t Set;
    sigemptyset(&Set);
    sigaddset(&Set, Signal);
    REAL(pthread_sigmask)(SIG_UNBLOCK, &Set, nullptr);
  }
  if (Handler.sa_flags & SA_SIGINFO)
    Handler.sa_sigaction(Signal, Info, Context);
  else
    Handler.sa_handler(Signal);
}

static bool handle(int Signal, siginfo_t *Info, void *Context) {
  switch (Signal) {
  case SIGSEGV:
    return (Info->si_code == SEGV_ACCERR || Info->si_code == SEGV_PKUERR) &&
           onSealFault(reinterpret_cast<uptr>(Info->si_addr), Context);
  case SIGTRAP:
    return onSealStep(Context);
  default:
    return onSyscallSignal(Info, Context);
  }
}

static void onSignal(int Signal, siginfo_t *Info, void *Context) {
  int Errno = errno;
  onSealSignal();
  if (!handle(Signal, Info, Context))
    chain(Signal, Info, Context);
  errno = Errno;
}

static void removeOurs(sigset_t &Set) {
  for (int Signal : Candidates)
    if (Installed[Signal])
      sigdelset(&Set, Signal);
}

/// \p Set without our signals.
static const sigset_t *unblocked(const sigset_t *Set, sigset_t &Copy) {
  if (!AnyInstalled || !Set)
    return Set;
  Copy = *Set;
  removeOurs(Copy);
  return &Copy;
}

INTERCEPTOR(int, sigaction, int Signal, const struct sigaction *New,
            struct sigaction *Old) {
  if (!Initialized)
    initialize();
  if (!isOurs(Signal)) {
    if (!AnyInstalled || !New)
      return REAL(sigaction)(Signal, New, Old);
    struct sigaction Copy = *New;
    removeOurs(Copy.sa_mask);
    return REAL(sigaction)(Signal, &Copy, Old);
  }
  struct sigaction Before = OfProgram[Signal];
  if (New)
    OfProgram[Signal] = *New;
  if (Old)
    *Old = Before;
  return 0;
}

INTERCEPTOR(sighandler_t, signal, int Signal, sighandler_t Handler) {
  if (!Initialized)
    initialize();
  if (!isOurs(Signal))
    return REAL(signal)(Signal, Handler);
  sighandler_t Before = OfProgram[Signal].sa_handler;
  OfProgram[Signal] = {};
  OfProgram[Signal].sa_handler = Handler;
  return Before;
}

INTERCEPTOR(int, sigprocmask, int How, const sigset_t *Set, sigset_t *Old) {
  if (!Initialized)
    initialize();
  sigset_t Copy;
  return REAL(sigprocmask)(How, How == SIG_UNBLOCK ? Set : unblocked(Set, Copy),
                           Old);
}

INTERCEPTOR(int, pthread_sigmask, int How, const sigset_t *Set, sigset_t *Old) {
  if (!Initialized)
    initialize();
  sigset_t Copy;
  return REAL(pthread_sigmask)(
      How, How == SIG_UNBLOCK ? Set : unblocked(Set, Copy), Old);
}

void gvlsan::initializeSignalObservers() {
  INTERCEPT_FUNCTION(sigaction);
  INTERCEPT_FUNCTION(signal);
  INTERCEPT_FUNCTION(sigprocmask);
  INTERCEPT_FUNCTION(pthread_sigmask);
}

static void install(int Signal, int Flags) {
  struct sigaction Ours = {};
  Ours.sa_sigaction = onSignal;
  Ours.sa_flags = SA_SIGINFO | Flags;
  REAL(sigaction)(Signal, &Ours, &OfProgram[Signal]);
  Installed[Signal] = AnyInstalled = true;
}

void gvlsan::catchFaultSignals() {
  // The VM tells an overflow of its stack by a SIGSEGV: there is none left.
  install(SIGSEGV, SA_ONSTACK);
  install(SIGTRAP, SA_ONSTACK);
}

void gvlsan::catchSyscallSignals() {
  // The handler makes the call, in which other handlers may run.
  install(SIGSYS, SA_NODEFER);
}
