//===- Seal.cpp - Pages that nobody may touch -----------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Seal.h"

#include "Checks.h"
#include "Flags.h"
#include "Heap.h"
#include "Liveness.h"
#include "Redirect.h"
#include "SealBackend.h"
#include "Stacks.h"
#include "Stats.h"
#include "Violations.h"

#include "sanitizer_common/sanitizer_posix.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

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

/// How pages are closed; nullptr: never.
static const SealBackend *Backend;
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

/// Non-null when they are closed to each thread by itself. The lock's mutex
/// then need not be known, and nothing is ever Sealed.
static const ThreadRights *rights() {
  return Backend ? Backend->Rights : nullptr;
}

static bool isSealed() { return atomic_load(&Sealed, memory_order_acquire); }

/// Calls \p Do for each run of pages that are closed together.
static void forEachRun(void (*Do)(uptr, uptr)) {
  Pages.forEachOpenRun([&](Address Begin, Address End) { Do(Begin, End); });
}

/// Closes all pages. Nobody is in the middle of making one: what is none now
/// will be none.
static void closePages() {
  Pages.forEachCandidate([](Address A) {
    MemoryInfo Ignored;
    heap()->Classify(A, 1, Ignored);
  });
  forEachRun(Backend->Close);
}

/// The lock's mutex is held, and the lock has no owner.
static void seal(u64 Window) {
  closePages();
  if (Window)
    atomic_store(&WindowEnd, MonotonicNanoTime() + Window,
                 memory_order_relaxed);
  atomic_store(&Sealed, 1, memory_order_release);
  stats().Seals.add();
}

/// The lock's mutex is held.
static void unseal() {
  if (!isSealed())
    return;
  u64 Begin = MonotonicNanoTime();
  forEachRun(Backend->Open);
  atomic_store(&Sealed, 0, memory_order_release);
  TheBudget.spend(MonotonicNanoTime() - Begin);
}

bool isSealing() { return Backend; }

/// The thread holds the lock: gives the key to pages that are new.
static void closeNewPages() {
  static atomic_uintptr_t Closed;
  uptr Now, Total;
  heap()->CountPages(Now, Total);
  if (LIKELY(Total == atomic_load_relaxed(&Closed)))
    return;
  closePages();
  atomic_store_relaxed(&Closed, Total);
}

static void closeToThread() {
  Thread.SealedHere = true;
  stats().Seals.add();
  rights()->Set(false);
}

void beforeSealedRegion() {
  if (rights())
    closeNewPages();
  else if (Backend)
    Lock.sawHeld(OwnerOffset);
}

void beforeForeignThread() {
  if (rights() && heap()->Lock() == LockState::Held)
    closeNewPages();
}

void enterForeignThread() {
  if (rights())
    closeToThread();
}

void enterSealedRegion(uptr Callback) {
  if (!Backend || (!rights() && !Lock.learn(OwnerOffset)) ||
      // The VM's own callbacks are not what is looked for.
      heapObserver()->IsVm(Callback) || !TheBudget.take())
    return;
  if (rights())
    return closeToThread();
  u64 Begin = MonotonicNanoTime();
  Lock.lock();
  if (!isSealed() && !Lock.hasOwner(OwnerOffset) &&
      !atomic_load(&KernelUsers, memory_order_seq_cst)) {
    seal(static_cast<u64>(Max(flags().seal_window_us, 0)) * 1000);
    Thread.SealedHere = true;
  }
  Lock.unlock();
  TheBudget.spend(MonotonicNanoTime() - Begin);
}

void leaveSealedRegion() {
  if (!Thread.SealedHere)
    return;
  Thread.SealedHere = false;
  if (rights())
    return rights()->Set(true);
  atomic_store(&WindowEnd, 0, memory_order_relaxed);
}

void vmHasMutex(void *Mutex) {
  if (!Backend || rights())
    return;
  auto M = reinterpret_cast<uptr>(Mutex);
  Thread.VmMutexes[Thread.NextVmMutex++ % NumVmMutexes] = M;
  // The VM is at work on this thread: the system call is over.
  if (Thread.UsedByKernel) {
    Thread.UsedByKernel = false;
    atomic_fetch_sub(&KernelUsers, 1, memory_order_seq_cst);
  }
  if (M != Lock.mutex())
    return;
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
  if (rights())
    return leaveSealedRegion();
  if (!Backend || !Lock.mutex())
    return;
  // A thread that is not the VM's never takes the lock again.
  if (!Thread.UsedByKernel && heap()->Lock() == LockState::Released) {
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
  if (!Backend)
    return;
  Thread.Judged[1] = Thread.Judged[0];
  Thread.Judged[0] = Address;
}

void openCopy() {
  if (rights())
    rights()->Set(true);
  else if (isSealed())
    forEachRun(Backend->OpenCopy);
}

constexpr greg_t TrapFlag = 0x100;

/// Whether libc makes the access for a caller whom an interceptor has judged.
static bool isJudged(const MemoryInfo &Page, uptr Pc) {
  bool SamePage = false;
  for (uptr Judged : Thread.Judged)
    SamePage |= Judged - Page.Begin < Page.Size;
  return SamePage && (isOwnCode(Pc) || locate(Pc).ModuleBase == Libc);
}

namespace {
enum class Verdict {
  NotOurs,
  Right, ///< the page is to be open
  Wrong, ///< it has been reported, and is made now
};
} // namespace

/// Reports the access of \p Address at \p Context unless it is right. \p
/// ByKernel: in a system call that is over.
static Verdict judgeTrap(uptr Address, bool IsWrite, bool ByKernel,
                         ucontext_t &Context, MemoryInfo &Page) {
  const HeapAdapter *Heap = heap();
  if (!Backend || !Heap || !Pages.isPage(Address) ||
      !Heap->Classify(Address, 1, Page))
    return Verdict::NotOurs;
  LockState State = Heap->Lock();
  // It took the lock where we do not see it (another Ractor's): all is right.
  // The runtime's own reads are, too.
  if (State == LockState::Held || Thread.Inside || Thread.ReadsMemory)
    return Page.Protected ? Verdict::NotOurs : Verdict::Right;
  auto Pc = static_cast<uptr>(Context.uc_mcontext.gregs[REG_RIP]);
  // The VM's code on the heap without the lock: what called it has been
  // reported, and there may be more of it than one wants to hear.
  if (heapObserver()->IsVm(Pc) && !Page.Protected)
    return Verdict::Right;
  if (!isJudged(Page, Pc)) {
    stats().Traps.add();
    PageAccess Access = {Address, /*Size=*/0, IsWrite, State, Page};
    auto Bp = static_cast<uptr>(Context.uc_mcontext.gregs[REG_RBP]);
    if (ByKernel)
      reportKernelAccess(Access, Pc, Bp, &Context);
    else
      reportUserAccess(Access, StackTrace::GetNextInstructionPc(Pc), Bp,
                       &Context);
  }
  return Verdict::Wrong;
}

void onSealSignal() {
  // The kernel starts a handler with the rights of a new thread: none.
  if (rights())
    rights()->Set(true);
}

/// What onSealFault does where pages are closed to each thread by itself.
static bool goOnWithRights(Verdict V, bool IsProtected, ucontext_t &Context) {
  switch (V) {
  case Verdict::NotOurs:
    return false;
  case Verdict::Right:
    Thread.SealedHere = false;
    return rights()->SetSaved(&Context, true);
  case Verdict::Wrong:
    if (!rights()->SetSaved(&Context, true))
      return false;
    Thread.SealsAgain = true;
    Context.uc_mcontext.gregs[REG_EFL] |= TrapFlag;
    // Where the VM itself has protected the page, its barrier comes first.
    return !IsProtected;
  }
  return false;
}

bool onSealFault(uptr Address, void *ContextOfSignal) {
  constexpr greg_t WriteFault = 2;
  if (!Backend || !Backend->StepsPages)
    return false;
  auto &Context = *static_cast<ucontext_t *>(ContextOfSignal);
  ThreadContext &T = Thread;
  MemoryInfo Page;
  bool IsWrite = Context.uc_mcontext.gregs[REG_ERR] & WriteFault;
  Verdict V = judgeTrap(Address, IsWrite, /*ByKernel=*/false, Context, Page);
  if (rights())
    return goOnWithRights(V, Page.Protected, Context);
  switch (V) {
  case Verdict::NotOurs:
    return false;
  case Verdict::Right:
    openForKernel();
    Backend->Open(Page.Begin, Page.Begin + Page.Size);
    return true;
  case Verdict::Wrong:
    // Where the VM itself has protected the page, its barrier comes now. No
    // instruction touches more pages than we remember.
    if (Page.Protected || T.NumStepped == ARRAY_SIZE(T.Stepped))
      return false;
    // Opens the page until the next instruction.
    T.Stepped[T.NumStepped++] = Page.Begin;
    Backend->Open(Page.Begin, Page.Begin + Page.Size);
    Context.uc_mcontext.gregs[REG_EFL] |= TrapFlag;
    return true;
  }
  return false;
}

namespace {
/// Accesses for which a thread has been sent a signal, but not taken it yet.
class PendingFaults {
public:
  struct Fault {
    uptr Address;
    bool IsWrite;
  };

  /// \returns false when there are too many.
  bool put(int Tid, Fault F) {
    for (Slot &S : Slots) {
      u32 Free = 0;
      if (!atomic_compare_exchange_strong(&S.Tid, &Free, Busy,
                                          memory_order_acquire))
        continue;
      S.F = F;
      atomic_store(&S.Tid, static_cast<u32>(Tid), memory_order_release);
      return true;
    }
    return false;
  }

  bool take(int Tid, Fault &F) {
    for (Slot &S : Slots)
      if (atomic_load(&S.Tid, memory_order_acquire) == static_cast<u32>(Tid)) {
        F = S.F;
        atomic_store(&S.Tid, 0, memory_order_release);
        return true;
      }
    return false;
  }

private:
  static constexpr u32 Busy = ~0u;
  struct Slot {
    atomic_uint32_t Tid;
    Fault F;
  } Slots[256];
};
} // namespace

static PendingFaults Pending;

void onUserfault(int Tid, uptr Address, bool IsWrite) {
  Lock.lock();
  // Before it is woken, so that the signal comes before the instruction is made
  // again. Once the pages are open it was somebody else's trap that opened
  // them.
  if (isSealed() && Pending.put(Tid, {Address, IsWrite}))
    syscall(SYS_tgkill, internal_getpid(), Tid, SIGTRAP);
  unseal();
  Lock.unlock();
}

/// Closes the pages that a trap has opened, if they may be closed still.
static void sealAgain() {
  if (!Lock.tryLock())
    return;
  if (!isSealed() && !Lock.hasOwner(OwnerOffset) &&
      !atomic_load(&KernelUsers, memory_order_seq_cst))
    seal(/*Window=*/0);
  Lock.unlock();
}

/// The signal that onUserfault sends.
static void onFaultSignal(const PendingFaults::Fault &F, ucontext_t &Context) {
  // A user-mode access is made again now. The kernel's is over: the
  // instruction before is the call.
  constexpr u8 Syscall[] = {0x0f, 0x05};
  auto Pc = static_cast<uptr>(Context.uc_mcontext.gregs[REG_RIP]);
  bool ByKernel = !internal_memcmp(
      reinterpret_cast<void *>(Pc - sizeof(Syscall)), Syscall, sizeof(Syscall));
  MemoryInfo Page;
  if (judgeTrap(F.Address, F.IsWrite, ByKernel, Context, Page) !=
      Verdict::Wrong)
    return;
  if (ByKernel)
    return sealAgain();
  Thread.SealsAgain = true;
  Context.uc_mcontext.gregs[REG_EFL] |= TrapFlag;
}

bool onSealStep(void *ContextOfSignal) {
  ThreadContext &T = Thread;
  auto &Context = *static_cast<ucontext_t *>(ContextOfSignal);
  PendingFaults::Fault F;
  if (Pending.take(static_cast<int>(GetTid()), F)) {
    onFaultSignal(F, Context);
    return true;
  }
  if (!T.NumStepped && !T.SealsAgain)
    return false;
  Context.uc_mcontext.gregs[REG_EFL] &= ~TrapFlag;
  if (T.SealsAgain) {
    T.SealsAgain = false;
    if (!rights())
      sealAgain();
    else if (T.SealedHere)
      rights()->SetSaved(&Context, false);
    return true;
  }
  if (Lock.tryLock()) {
    for (u32 I = 0; isSealed() && I < T.NumStepped; ++I) {
      MemoryInfo Page;
      if (heap()->Classify(T.Stepped[I], 1, Page) && !Page.Protected)
        Backend->Close(Page.Begin, Page.Begin + Page.Size);
    }
    Lock.unlock();
  }
  T.NumStepped = 0;
  return true;
}

uptr readableAddress(uptr Address) {
  return Backend && Backend->Readable && isSealed() &&
                 Pages.isConfirmed(Address)
             ? Backend->Readable(Address)
             : 0;
}

void sealInChild() {
  // The rights of the thread that forks are the child's.
  if (!Backend || rights())
    return;
  if (isSealed())
    forEachRun(Backend->OpenCopy);
  atomic_store(&Sealed, 0, memory_order_relaxed);
  atomic_store(&KernelUsers, 0, memory_order_relaxed);
  Thread.UsedByKernel = false;
  Thread.SealedHere = false;
  if (Backend->Start())
    Backend = nullptr;
}

/// What libruby calls when it locks a mutex.
static int vmMutexLock(pthread_mutex_t *Mutex) {
  int Error = pthread_mutex_lock(Mutex);
  if (!Error)
    vmHasMutex(Mutex);
  return Error;
}

static const SealBackend *const Backends[] = {&ProtectBackend,
                                              &UserfaultBackend, &KeyBackend};

void initializeSeal() {
  const HeapAdapter *Heap = heap();
  const SealBackend *Wanted = nullptr;
  for (const SealBackend *B : Backends)
    if (!internal_strcmp(flags().mode, B->Mode))
      Wanted = B;
  if (!Wanted && internal_strcmp(flags().mode, "calls"))
    refuse("unknown mode '%s'; it is one of calls, seal, uffd, pkey",
           flags().mode);
  if (!Wanted || !Heap)
    return;
  if ((!Wanted->Rights && !Heap->LockOwnerOffset) || !heapObserver())
    refuse("%s cannot be sealed by the runtime: leave mode=%s out", Heap->Name,
           Wanted->Mode);
  if (!Wanted->Rights && !redirectImports(Heap->VmAddress, "pthread_mutex_lock",
                                          reinterpret_cast<uptr>(&vmMutexLock)))
    refuse("%s does not lock its mutexes through its import table: mode=%s "
           "cannot tell when the lock is taken",
           Heap->Name, Wanted->Mode);
  if (const char *Why = Wanted->Start())
    refuse("mode=%s: %s", Wanted->Mode, Why);
  OwnerOffset = Heap->LockOwnerOffset;
  TheBudget.begin();
  Dl_info Info;
  if (dladdr(reinterpret_cast<void *>(&abort), &Info))
    Libc = reinterpret_cast<uptr>(Info.dli_fbase);
  Backend = Wanted;
}

} // namespace gvlsan
