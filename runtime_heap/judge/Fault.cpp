//===- Fault.cpp - What a fault on a page or buffer means -----------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// Three faults are the heap's own: on a page that the barrier protects, on a
// page that is sealed because nobody holds the lock, and on a freed buffer.
// After a report the access goes on: a sealed page is opened for the one
// instruction that faulted and closed behind it, by the processor's trap flag.
//
//===----------------------------------------------------------------------===//

#include "judge/Fault.h"

#include "judge/Classify.h"
#include "judge/Globals.h"
#include "judge/ImmediateFree.h"
#include "judge/Judge.h"
#include "judge/Races.h"
#include "judge/Visibility.h"

#include <csignal>
#include <ucontext.h>

namespace rheap {
namespace {

struct sigaction PreviousSegv, PreviousBus, PreviousTrap;

void passOn(const struct sigaction &Previous, int Signal, siginfo_t *Info,
            void *Context) {
  if (Previous.sa_flags & SA_SIGINFO) {
    Previous.sa_sigaction(Signal, Info, Context);
  } else if (Previous.sa_handler != SIG_DFL && Previous.sa_handler != SIG_IGN) {
    Previous.sa_handler(Signal);
  } else {
    // The instruction faults again, and the default action ends the process.
    signal(Signal, SIG_DFL);
  }
}

#if defined(__x86_64__)

constexpr greg_t TrapFlag = 0x100;

/// Pages open for the current instruction of this thread: it may touch several.
constexpr unsigned MaxOpen = 4;
thread_local Page *OpenPages[MaxOpen];
thread_local unsigned NumOpen = 0;
/// A loop over sealed bytes would trap for ever; what it does is known by now.
constexpr unsigned MaxSteps = 4096;
thread_local unsigned NumSteps = 0;

gvlsan_access_kind accessOf(const ucontext_t *Context) {
  return Context->uc_mcontext.gregs[REG_ERR] & 2 ? GVLSAN_ACCESS_WRITE
                                                 : GVLSAN_ACCESS_READ;
}

const void *pcOf(const ucontext_t *Context) {
  return reinterpret_cast<const void *>(Context->uc_mcontext.gregs[REG_RIP]);
}

void letOneThrough(Page &P, ucontext_t *Context) {
  if (NumOpen == MaxOpen || ++NumSteps > MaxSteps) {
    NumSteps = 0;
    heap().Guards.unseal();
    return;
  }
  OpenPages[NumOpen++] = &P;
  heap().Guards.openPage(P);
  Context->uc_mcontext.gregs[REG_EFL] |= TrapFlag;
}

/// The same for buffers.
thread_local const void *OpenBuffers[MaxOpen];
thread_local unsigned NumOpenBuffers = 0;

void letOneThrough(const void *Buffer, ucontext_t *Context) {
  // Another thread's step may have closed it before this one's was made.
  for (unsigned I = 0; I < NumOpenBuffers; ++I)
    if (OpenBuffers[I] == Buffer) {
      heap().External.beginStep(Buffer);
      return;
    }
  if (NumOpenBuffers == MaxOpen) {
    heap().External.unwatch(Buffer, /*ForGood=*/true);
    return;
  }
  if (!heap().External.beginStep(Buffer))
    return;
  OpenBuffers[NumOpenBuffers++] = Buffer;
  Context->uc_mcontext.gregs[REG_EFL] |= TrapFlag;
}

void onTrap(int Signal, siginfo_t *Info, void *Context) {
  if (!NumOpen && !NumOpenBuffers) {
    passOn(PreviousTrap, Signal, Info, Context);
    return;
  }
  static_cast<ucontext_t *>(Context)->uc_mcontext.gregs[REG_EFL] &= ~TrapFlag;
  while (NumOpen)
    heap().Guards.closePage(*OpenPages[--NumOpen]);
  while (NumOpenBuffers)
    heap().External.endStep(OpenBuffers[--NumOpenBuffers]);
}

#else

gvlsan_access_kind accessOf(const ucontext_t *) {
  return GVLSAN_ACCESS_UNKNOWN;
}
const void *pcOf(const ucontext_t *) { return nullptr; }
void letOneThrough(Page &, ucontext_t *) { heap().Guards.unseal(); }
void letOneThrough(const void *Buffer, ucontext_t *) {
  heap().External.unwatch(Buffer, /*ForGood=*/true);
}

#endif

/// \returns whether the access can go on.
bool onPage(Page &P, const void *Address, ucontext_t *Context) {
  Heap &H = heap();
  bool Protected = P.Protected.load(std::memory_order_acquire);
  bool InFree = isForbiddenToFree(Address);
  // A page that is both sealed for a dfree and protected by the barrier faults
  // twice: the second fault is judged.
  if (Judging && ((InFree && !Protected) || !HoldsLock))
    report(InFree ? gvlsan::RuleId::D1 : ruleForSlotAccess(Address),
           accessOf(Context), nullptr, Address, accessSize(Context),
           pcOf(Context), Context);
  if (Protected)
    return H.ReadBarrier->onFault(H, P);
  if (H.Guards.isSealed() && (objectBeingFreed() || !HoldsLock))
    letOneThrough(P, Context);
  // Else another thread made it accessible in the meantime.
  return true;
}

/// Whether the buffer is what a T_DATA wraps.
bool isStructOfData(const Buffers::Info &Info) {
  Heap &H = heap();
  return H.isObject(Info.Owner) &&
         (*H.Memory.mirror(reinterpret_cast<VALUE *>(Info.Owner)) & TypeMask) ==
             T_DATA;
}

bool onBuffer(const void *Address, ucontext_t *Context) {
  Buffers::Info Info;
  if (!heap().External.find(Address, Info))
    return false;
  if (Info.Sealed || Info.Watched) {
    if (Info.Sealed && !HoldsLock && isSharedWithRuby(heap(), Info.Owner))
      report(gvlsan::RuleId::R2_c, accessOf(Context), nullptr, Address,
             accessSize(Context), pcOf(Context), Context);
    if (!Info.Watched) {
      heap().External.open(Address);
    } else if (!HoldsLock || isInExtension(pcOf(Context))) {
      meetOthers(Info, {gvlsan::RuleId::R4, Address, accessSize(Context),
                        accessOf(Context), nullptr, pcOf(Context), Context});
      letOneThrough(Info.Begin, Context);
    } else {
      // The heap's own code, or libc's on its account.
      heap().External.unwatch(Address, /*ForGood=*/false);
    }
    return true;
  }
  // Open again: another thread was quicker.
  if (!Info.Freed && !Info.Frozen)
    return true;
  if (!Info.Freed) {
    if (!HoldsLock)
      report(isStructOfData(Info) ? gvlsan::RuleId::R2_c : gvlsan::RuleId::R3,
             GVLSAN_ACCESS_WRITE, nullptr, Address, accessSize(Context),
             pcOf(Context), Context);
    heap().External.thaw(Address);
    return true;
  }
  report(HoldsLock       ? gvlsan::RuleId::G1
         : Info.Replaced ? gvlsan::RuleId::R2_b
                         : gvlsan::RuleId::R2_a,
         accessOf(Context), nullptr, Address, accessSize(Context),
         pcOf(Context), Context);
  heap().External.reopen(Address);
  return true;
}

void onFault(int Signal, siginfo_t *Info, void *Raw) {
  int Error = errno;
  auto *Context = static_cast<ucontext_t *>(Raw);
  Page *P = heap().anyPageOf(Info->si_addr);
  bool Done =
      P ? onPage(*P, Info->si_addr, Context) : onBuffer(Info->si_addr, Context);
  if (!Done)
    passOn(Signal == SIGSEGV ? PreviousSegv : PreviousBus, Signal, Info, Raw);
  errno = Error;
}

void install(int Signal, void (*Handler)(int, siginfo_t *, void *),
             struct sigaction &Previous) {
  struct sigaction Action = {};
  Action.sa_sigaction = Handler;
  Action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&Action.sa_mask);
  sigaction(Signal, &Action, &Previous);
}

} // namespace

void installFaultHandlers() {
  install(SIGSEGV, onFault, PreviousSegv);
  install(SIGBUS, onFault, PreviousBus);
#if defined(__x86_64__)
  if (Judging)
    install(SIGTRAP, onTrap, PreviousTrap);
#endif
}

} // namespace rheap
