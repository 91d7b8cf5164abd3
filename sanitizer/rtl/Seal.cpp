//===- Seal.cpp - Pages that nobody may touch -----------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Seal.h"

#include "Checks.h"
#include "FaultSignals.h"
#include "Flags.h"
#include "Heap.h"
#include "Liveness.h"
#include "Redirect.h"
#include "Stacks.h"
#include "Stats.h"
#include "Violations.h"

#include "sanitizer_common/sanitizer_posix.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

namespace gvlsan {

namespace {

/// The VM's lock: the mutex in it, and its owner in a word not far from there.
/// Where the mutex is nobody says. It is among the last that the VM locks
/// before it runs a callback without the lock, and the one whose owner changes
/// then.
class VmLock {
public:
  /// The thread holds the lock: remembers what the owners are.
  void sawHeld(int OwnerOffset) {
    if (mutex())
      return;
    for (u32 I = 0; I < NumVmMutexes; ++I) {
      uptr M = Thread.VmMutexes[I];
      Thread.Held[I] = {M, M ? ownerOf(M, OwnerOffset) : 0};
    }
  }

  /// The thread has just given the lock up. \returns whether the mutex is
  /// known, and is the one that the VM gave up here: another is another
  /// Ractor's.
  bool learn(int OwnerOffset) {
    uptr Known = mutex();
    for (uptr M : Thread.VmMutexes)
      if (M && (Known ? M == Known : isReleased(M, OwnerOffset)))
        return Known || confirm(M);
    return false;
  }

  uptr mutex() const { return atomic_load(&Mutex, memory_order_acquire); }
  bool hasOwner(int OwnerOffset) const { return ownerOf(mutex(), OwnerOffset); }
  void lock() const { lock(mutex()); }
  void unlock() const { unlock(mutex()); }

  /// In a signal handler: it may have interrupted the mutex's holder.
  bool tryLock() const {
    for (int I = 0; I < 1000; ++I) {
      if (!pthread_mutex_trylock(reinterpret_cast<pthread_mutex_t *>(mutex())))
        return true;
      internal_sched_yield();
    }
    return false;
  }

private:
  /// Whether \p M had an owner when this thread held the lock, and no longer
  /// has the same.
  static bool isReleased(uptr M, int OwnerOffset) {
    for (const auto &H : Thread.Held)
      if (H.Mutex == M && H.Owner) {
        lock(M);
        bool Changed = ownerOf(M, OwnerOffset) != H.Owner;
        unlock(M);
        return Changed;
      }
    return false;
  }

  /// The second time is proof.
  bool confirm(uptr M) {
    if (atomic_exchange(&Candidate, M, memory_order_acq_rel) != M)
      return false;
    atomic_store(&Mutex, M, memory_order_release);
    return true;
  }

  static uptr ownerOf(uptr M, int Offset) {
    return __atomic_load_n(reinterpret_cast<uptr *>(M + Offset),
                           __ATOMIC_ACQUIRE);
  }
  static void lock(uptr M) {
    pthread_mutex_lock(reinterpret_cast<pthread_mutex_t *>(M));
  }
  static void unlock(uptr M) {
    pthread_mutex_unlock(reinterpret_cast<pthread_mutex_t *>(M));
  }

  atomic_uintptr_t Mutex, Candidate;
};

/// Bounds what sealing costs.
class Budget {
public:
  /// Whether the next region is one of those that are sealed.
  bool take() {
    u32 Rate = static_cast<u32>(Max(flags().seal_rate, 1));
    if (atomic_fetch_add(&Regions, 1, memory_order_relaxed) % Rate)
      return false;
    // The first tenth of a second is free: short programs are sealed
    // throughout.
    constexpr u64 Free = 100'000'000;
    u64 Percent = static_cast<u64>(Max(flags().seal_budget, 0));
    u64 Now = MonotonicNanoTime(), Spent = atomic_load_relaxed(&SpentNs);
    return Spent < Free || Spent * 100 <= (Now - Begin) * Percent;
  }
  void begin() { Begin = MonotonicNanoTime(); }
  void spend(u64 Ns) { atomic_fetch_add(&SpentNs, Ns, memory_order_relaxed); }

private:
  atomic_uint32_t Regions;
  atomic_uint64_t SpentNs;
  u64 Begin;
};

} // namespace

static bool Enabled;
/// Where libc is loaded.
static uptr Libc;
static int OwnerOffset;
static VmLock Lock;
static atomic_uint8_t Sealed;
/// Until then other threads wait for the lock; 0: they do not.
static atomic_uint64_t WindowEnd;
/// Threads for which the kernel accesses pages just now.
static atomic_uint32_t KernelUsers;

static Budget TheBudget;

static bool isSealed() { return atomic_load(&Sealed, memory_order_acquire); }

static void protectAll(int Prot) {
  Pages.forEachOpenRun([&](Address Begin, Address End) {
    internal_mprotect(reinterpret_cast<void *>(Begin), End - Begin, Prot);
  });
}

/// The lock's mutex is held, and the lock has no owner.
static void seal() {
  // Nobody is in the middle of making a page: what is none now will be none.
  Pages.forEachCandidate([](Address A) {
    MemoryInfo Ignored;
    heap()->Classify(A, 1, Ignored);
  });
  protectAll(PROT_NONE);
  u64 Window = static_cast<u64>(Max(flags().seal_window_us, 0)) * 1000;
  atomic_store(&WindowEnd, Window ? MonotonicNanoTime() + Window : 0,
               memory_order_relaxed);
  atomic_store(&Sealed, 1, memory_order_release);
  stats().Seals.add();
}

/// The lock's mutex is held.
static void unseal() {
  if (!isSealed())
    return;
  protectAll(PROT_READ | PROT_WRITE);
  atomic_store(&Sealed, 0, memory_order_release);
}

bool isSealing() { return Enabled; }

void beforeSealedRegion() {
  if (Enabled)
    Lock.sawHeld(OwnerOffset);
}

void enterSealedRegion(uptr Callback) {
  if (!Enabled || !Lock.learn(OwnerOffset) ||
      // The VM's own callbacks are not what is looked for.
      heapObserver()->IsVm(Callback) || !TheBudget.take())
    return;
  u64 Begin = MonotonicNanoTime();
  Lock.lock();
  if (!isSealed() && !Lock.hasOwner(OwnerOffset) &&
      !atomic_load(&KernelUsers, memory_order_seq_cst)) {
    seal();
    Thread.SealedHere = true;
  }
  Lock.unlock();
  TheBudget.spend(MonotonicNanoTime() - Begin);
}

void leaveSealedRegion() {
  if (!Thread.SealedHere)
    return;
  Thread.SealedHere = false;
  atomic_store(&WindowEnd, 0, memory_order_relaxed);
}

void vmHasMutex(void *Mutex) {
  if (!Enabled)
    return;
  auto M = reinterpret_cast<uptr>(Mutex);
  Thread.VmMutexes[Thread.NextVmMutex++ % NumVmMutexes] = M;
  if (M != Lock.mutex())
    return;
  if (Thread.UsedByKernel) {
    Thread.UsedByKernel = false;
    atomic_fetch_sub(&KernelUsers, 1, memory_order_seq_cst);
  }
  // The thread that sealed takes the lock back: its window is over.
  leaveSealedRegion();
  while (isSealed() &&
         MonotonicNanoTime() < atomic_load(&WindowEnd, memory_order_relaxed)) {
    Lock.unlock();
    internal_usleep(100);
    Lock.lock();
  }
  unseal();
}

void openForKernel() {
  if (!Enabled || !Lock.mutex())
    return;
  if (!Thread.UsedByKernel) {
    Thread.UsedByKernel = true;
    atomic_fetch_add(&KernelUsers, 1, memory_order_seq_cst);
  }
  if (!isSealed())
    return;
  Lock.lock();
  unseal();
  Lock.unlock();
}

void remarkJudged(uptr Address) {
  if (!Enabled)
    return;
  Thread.Judged[1] = Thread.Judged[0];
  Thread.Judged[0] = Address;
}

void openInSnapshot() {
  if (isSealed())
    protectAll(PROT_READ | PROT_WRITE);
}

/// Lets the one access that trapped be made, by opening its page until the next
/// instruction. \returns false when there are more pages than one makes.
static bool step(const MemoryInfo &Page, ucontext_t &Context) {
  constexpr greg_t TrapFlag = 0x100;
  ThreadContext &T = Thread;
  if (T.NumStepped == ARRAY_SIZE(T.Stepped))
    return false;
  T.Stepped[T.NumStepped++] = Page.Begin;
  internal_mprotect(reinterpret_cast<void *>(Page.Begin), Page.Size,
                    PROT_READ | PROT_WRITE);
  Context.uc_mcontext.gregs[REG_EFL] |= TrapFlag;
  return true;
}

/// Whether libc makes the access for a caller whom an interceptor has judged.
static bool isJudged(const MemoryInfo &Page, uptr Pc) {
  bool SamePage = false;
  for (uptr Judged : Thread.Judged)
    SamePage |= Judged - Page.Begin < Page.Size;
  return SamePage && (isOwnCode(Pc) || locate(Pc).ModuleBase == Libc);
}

bool onSealFault(uptr Address, void *ContextOfSignal) {
  const HeapAdapter *Heap = heap();
  MemoryInfo Page;
  // Where the VM itself has protected a page, its barrier comes after the
  // report.
  if (!Enabled || !Heap || !Pages.isPage(Address) ||
      !Heap->Classify(Address, 1, Page))
    return false;
  auto &Context = *static_cast<ucontext_t *>(ContextOfSignal);
  LockState State = Heap->Lock();
  if (State == LockState::Held) {
    if (Page.Protected)
      return false;
    // It took the lock where we do not see it (another Ractor's): all is right.
    if (Lock.tryLock()) {
      unseal();
      Lock.unlock();
    }
    internal_mprotect(reinterpret_cast<void *>(Page.Begin), Page.Size,
                      PROT_READ | PROT_WRITE);
    return true;
  }
  constexpr greg_t WriteFault = 2;
  auto Pc = static_cast<uptr>(Context.uc_mcontext.gregs[REG_RIP]);
  if (heapObserver()->IsVm(Pc) && !Page.Protected) {
    // The VM's code on the heap without the lock: what called it has been
    // reported, and there may be more of it than one wants to hear.
    openForKernel();
    internal_mprotect(reinterpret_cast<void *>(Page.Begin), Page.Size,
                      PROT_READ | PROT_WRITE);
    return true;
  }
  if (!isJudged(Page, Pc)) {
    stats().Traps.add();
    bool IsWrite = Context.uc_mcontext.gregs[REG_ERR] & WriteFault;
    reportUserAccess({Address, /*Size=*/0, IsWrite, State, Page},
                     StackTrace::GetNextInstructionPc(Pc),
                     static_cast<uptr>(Context.uc_mcontext.gregs[REG_RBP]),
                     &Context);
  }
  return !Page.Protected && step(Page, Context);
}

bool onSealStep(void *ContextOfSignal) {
  constexpr greg_t TrapFlag = 0x100;
  ThreadContext &T = Thread;
  if (!T.NumStepped)
    return false;
  auto &Context = *static_cast<ucontext_t *>(ContextOfSignal);
  Context.uc_mcontext.gregs[REG_EFL] &= ~TrapFlag;
  if (Lock.tryLock()) {
    for (u32 I = 0; isSealed() && I < T.NumStepped; ++I) {
      MemoryInfo Page;
      if (heap()->Classify(T.Stepped[I], 1, Page) && !Page.Protected)
        internal_mprotect(reinterpret_cast<void *>(Page.Begin), Page.Size,
                          PROT_NONE);
    }
    Lock.unlock();
  }
  T.NumStepped = 0;
  return true;
}

/// What libruby calls when it locks a mutex.
static int vmMutexLock(pthread_mutex_t *Mutex) {
  int Error = pthread_mutex_lock(Mutex);
  if (!Error)
    vmHasMutex(Mutex);
  return Error;
}

void initializeSeal() {
  const HeapAdapter *Heap = heap();
  bool Wanted = !internal_strcmp(flags().mode, "seal");
  if (!Wanted && internal_strcmp(flags().mode, "calls"))
    refuse("unknown mode '%s'; it is one of calls, seal", flags().mode);
  if (!Wanted || !Heap)
    return;
  if (!Heap->LockOwnerOffset || !heapObserver())
    refuse("%s cannot be sealed by the runtime: leave mode=seal out",
           Heap->Name);
  if (!redirectImports(Heap->VmAddress, "pthread_mutex_lock",
                       reinterpret_cast<uptr>(&vmMutexLock)))
    refuse("%s does not lock its mutexes through its import table: mode=seal "
           "cannot tell when the lock is taken",
           Heap->Name);
  OwnerOffset = Heap->LockOwnerOffset;
  TheBudget.begin();
  Dl_info Info;
  if (dladdr(reinterpret_cast<void *>(&abort), &Info))
    Libc = reinterpret_cast<uptr>(Info.dli_fbase);
  initializeFaultSignals();
  Enabled = true;
}

} // namespace gvlsan
