//===- Checks.cpp - Is this access legal? ---------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Checks.h"

#include "Heap.h"
#include "KernelUses.h"
#include "Memory.h"
#include "Retired.h"
#include "Seal.h"
#include "Stats.h"
#include "Violations.h"

#include "sanitizer_common/sanitizer_platform_limits_posix.h"

#include <aio.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

namespace gvlsan {

static void *mapLeaf(unsigned long Size) {
  return MmapNoReserveOrDie(Size, "gvlsan page table");
}

PageTable Pages(mapLeaf);

/// Whether the code at \p Pc, on a thread that holds the lock, is that of a
/// dfree while objects move. The collector's own accesses are what it does.
static bool inMovingDfree(uptr Pc) {
  const HeapAdapter *Heap = heap();
  return Heap->Moving && Heap->Moving() && !heapObserver()->IsVm(Pc);
}

/// The rule that an access in this state breaks, nullptr when it is legal. \p
/// InDfree: the lock's holder is in a dfree while objects move.
static const RuleInfo *judge(Mode AccessMode, LockState Lock, bool InDfree,
                             const MemoryInfo &Memory, bool IsWrite,
                             bool IsKept = false) {
  if (Memory.Kind == MemoryKind::FrozenBuffer)
    return IsWrite && Lock != LockState::Held ? &ruleInfo(RuleId::R3) : nullptr;
  if (Memory.Kind == MemoryKind::FreedBuffer)
    return Lock == LockState::Held ? nullptr : &ruleInfo(RuleId::R2_a);
  if (Memory.Kind == MemoryKind::MovedBuffer)
    return Lock == LockState::Held ? nullptr : &ruleInfo(RuleId::R2_b);
  if (AccessMode == Mode::Kernel) {
    // What the kernel keeps it uses when nobody need hold the lock.
    if (Lock != LockState::Held || IsKept)
      return &ruleInfo(RuleId::K1);
    if (Memory.Protected)
      return &ruleInfo(RuleId::K2);
    return InDfree ? &ruleInfo(RuleId::D1) : nullptr;
  }
  if (Lock != LockState::Held)
    return &ruleInfo(RuleId::R1_e);
  // With the lock the VM's own barrier serves a user-mode access.
  return InDfree ? &ruleInfo(RuleId::D1) : nullptr;
}

/// Whether \p Address lies in the struct of a T_DATA: a dfree gives its own
/// back.
static bool isEmbeddedStruct(uptr Address) {
  SlotInfo Slot;
  return heap()->DescribeSlot(Address, Slot) && (Slot.Flags & SlotStruct) &&
         Address - Slot.Slot >= Slot.HeaderSize;
}

/// A socket that was not asked to copies in spite of the flag.
static bool isZeroCopy(int Socket, uptr Flags) {
  if (!(Flags & MSG_ZEROCOPY))
    return false;
  ScopedInside Guard;
  int Errno = errno, On = 0;
  socklen_t Size = sizeof(On);
  bool Asked = !getsockopt(Socket, SOL_SOCKET, SO_ZEROCOPY, &On, &Size) && On;
  errno = Errno;
  return Asked;
}

/// vmsplice(2) reads or writes by what the pipe's descriptor is open for.
static bool isReadEnd(int Pipe) {
  ScopedInside Guard;
  int Errno = errno, Flags = fcntl(Pipe, F_GETFL);
  errno = Errno;
  return Flags != -1 && (Flags & O_ACCMODE) == O_RDONLY;
}

namespace {

/// Checks the ranges of one call.
class Checker {
public:
  Checker(const char *Name, Mode AccessMode, uptr Pc, uptr Bp,
          void *Context = nullptr)
      : Name(Name), AccessMode(AccessMode), Pc(Pc), Bp(Bp), Context(Context) {}
  explicit Checker(const CallSite &Where)
      : Checker(Where.Name, Mode::Kernel, Where.Pc, Where.Bp, Where.Context) {
    KeptUntil = Where.KeptUntil;
  }
  /// Collects what is kept in \p Kept, and checks nothing.
  explicit Checker(HandedRanges &Kept)
      : Checker(/*Name=*/nullptr, Mode::Kernel, /*Pc=*/0, /*Bp=*/0) {
    Collected = &Kept;
  }

  /// \p Looked bytes are looked up. Reported are \p Size, or when it is 0 as
  /// many as \p String has.
  void range(uptr Begin, uptr Looked, uptr Size, bool IsWrite,
             StringLength String = {}, bool IsKept = false) {
    if (!Begin || !Looked || Collected)
      return;
    const HeapAdapter *Heap = heap();
    MemoryInfo Memory;
    if (isRetired(Begin, Looked) && describeRetired(Begin, Looked, Memory))
      return report(Memory, Heap->Lock(), /*InDfree=*/false, Begin, Size,
                    IsWrite, String, /*IsKept=*/false);
    if (!Pages.mayContain(Begin, Looked))
      return;
    uptr Hit = Heap->UsesPageTable ? Pages.firstIn(Begin, Looked) : Begin;
    if (!Hit)
      return;
    if (Heap->BeforeCall)
      Heap->BeforeCall(Hit, Begin + Looked - Hit, IsWrite, Name, Pc);
    LockState Lock = Heap->Lock();
    bool InDfree = Lock == LockState::Held && inMovingDfree(Pc);
    if (Lock == LockState::Held && !InDfree && !IsKept &&
        (AccessMode == Mode::User ||
         (Heap->UsesPageTable && !anyProtected(Hit, Begin + Looked))))
      return;
    {
      // The heap's own answer may call what we intercept.
      ScopedInside Guard;
      if (!Heap->Classify(Hit, Begin + Looked - Hit, Memory))
        return;
    }
    report(Memory, Lock, InDfree, Begin, Size, IsWrite, String, IsKept);
    if (AccessMode == Mode::Kernel && Lock != LockState::Held)
      openForKernel();
  }

  /// What the call is about, which the kernel may keep.
  void bytes(uptr Pointer, uptr Size, bool IsWrite) {
    if (Collected && KeptUntil) {
      Collected->Until = KeptUntil;
      Collected->add({Pointer, Size, IsWrite});
    }
    range(Pointer, Size, Size, IsWrite, {}, KeptUntil);
  }

  bool keeps() const { return KeptUntil; }

  void string(uptr Begin, uptr Max = UnknownSize) {
    if (!Begin || !Max)
      return;
    range(Begin, 1, 0, /*IsWrite=*/false, {Begin, Max});
  }

  void vector(uptr Pointer, uptr Count, bool IsWrite) {
    // The kernel takes at most IOV_MAX of them and fails the call otherwise.
    if (!Pointer || Count > 1024)
      return;
    range(Pointer, Count * sizeof(__sanitizer_iovec),
          Count * sizeof(__sanitizer_iovec), /*IsWrite=*/false);
    for (uptr I = 0; I < Count; ++I) {
      __sanitizer_iovec Item;
      if (!readMemory(Pointer + I * sizeof(Item), &Item, sizeof(Item)))
        return;
      bytes(reinterpret_cast<uptr>(Item.iov_base), Item.iov_len,
            IsWrite || Reverse);
    }
  }

  void message(uptr Pointer, bool IsWrite) {
    __sanitizer_msghdr Header;
    if (!Pointer || !readMemory(Pointer, &Header, sizeof(Header)))
      return;
    range(Pointer, sizeof(Header), sizeof(Header), /*IsWrite=*/false);
    range(reinterpret_cast<uptr>(Header.msg_name), Header.msg_namelen,
          Header.msg_namelen, IsWrite);
    range(reinterpret_cast<uptr>(Header.msg_control), Header.msg_controllen,
          Header.msg_controllen, IsWrite);
    vector(reinterpret_cast<uptr>(Header.msg_iov), Header.msg_iovlen, IsWrite);
  }

  void aio(uptr Pointer, bool IsWrite) {
    aiocb Request;
    if (!Pointer || !readMemory(Pointer, Request))
      return;
    KeptUntil = "aio_error says that the request is over";
    bytes(Pointer, sizeof(Request), /*IsWrite=*/true);
    bytes(reinterpret_cast<uptr>(Request.aio_buf), Request.aio_nbytes, IsWrite);
  }

  void all(const Range &R, const uptr *Args) {
    uptr Pointer = Args[R.Pointer];
    switch (R.Kind) {
    case Shape::Nothing:
      return;
    case Shape::Bytes:
      return bytes(Pointer, Args[R.Count], R.IsWrite);
    case Shape::Items:
      return bytes(Pointer, Args[R.Count] * Args[R.Count2], R.IsWrite);
    case Shape::Array:
      return bytes(Pointer, Args[R.Count] * R.Size, R.IsWrite);
    case Shape::Object:
      return bytes(Pointer, R.Size, R.IsWrite);
    case Shape::String:
      return string(Pointer);
    case Shape::Vector:
      return vector(Pointer, Args[R.Count], R.IsWrite);
    case Shape::Message:
      return message(Pointer, R.IsWrite);
    case Shape::Messages:
      for (uptr I = 0; I < Args[R.Count] && I < 1024; ++I)
        message(Pointer + I * sizeof(__sanitizer_mmsghdr), R.IsWrite);
      return;
    case Shape::Aio:
      return aio(Pointer, R.IsWrite);
    case Shape::ZeroCopy:
      if (isZeroCopy(static_cast<int>(Pointer), Args[R.Count]))
        KeptUntil = "the socket's error queue says that it is sent";
      return;
    case Shape::Pipe:
      Reverse = isReadEnd(static_cast<int>(Pointer));
      if (!Reverse)
        KeptUntil = "the other end of the pipe has read it";
      return;
    case Shape::Counted: {
      u32 Size = 0;
      if (Pointer && Args[R.Count] &&
          readMemory(Args[R.Count], &Size, sizeof(Size)))
        bytes(Pointer, Size, R.IsWrite);
      return;
    }
    }
  }

private:
  /// What is known of memory that a call accesses is \p Memory.
  void report(const MemoryInfo &Memory, LockState Lock, bool InDfree,
              uptr Begin, uptr Size, bool IsWrite, StringLength String,
              bool IsKept) {
    const RuleInfo *Rule =
        judge(AccessMode, Lock, InDfree, Memory, IsWrite, IsKept);
    if (!Rule || (Rule->Id == RuleId::D1 && isEmbeddedStruct(Memory.Hit)))
      return;
    if (AccessMode == Mode::User)
      remarkJudged(Memory.Hit);
    reportViolation({Rule, IsWrite ? Access::Write : Access::Read,
                     AccessMode == Mode::Kernel, Name, Memory.Hit,
                     Size ? Begin + Size - Memory.Hit : 0, String, Pc, Bp,
                     Context, Lock, Memory, IsKept ? KeptUntil : nullptr});
  }

  static bool anyProtected(uptr Begin, uptr End) {
    for (uptr A = Begin; A && A < End; A = (A | (PageTable::Unit - 1)) + 1)
      if (Pages.isProtected(A))
        return true;
    return false;
  }

  const char *Name;
  Mode AccessMode;
  uptr Pc, Bp;
  void *Context;
  const char *KeptUntil = nullptr;
  bool Reverse = false; ///< what is named as read is written
  HandedRanges *Collected = nullptr;
};

} // namespace

void checkString(const char *Name, const StringAccess &A, uptr Pc, uptr Bp) {
  const HeapAdapter *Heap = heap();
  uptr Begin = reinterpret_cast<uptr>(A.Pointer);
  if (!Heap || (Heap->UsesPageTable && !Pages.isPage(Begin) &&
                !isRetired(Begin, A.Size == UnknownSize ? 1 : A.Size)))
    return;
  // A user-mode access with the lock is legal outside of a dfree.
  if (Thread.Inside)
    return;
  if (LIKELY(Heap->Lock() == LockState::Held) && !inMovingDfree(Pc)) {
    if (Heap->BeforeCall && A.Size != UnknownSize)
      Heap->BeforeCall(Begin, A.Size, A.IsWrite, Name, Pc);
    return;
  }
  stats().StringRanges.add();
  Checker C(Name, Mode::User, Pc, Bp);
  if (A.Size != UnknownSize)
    return C.range(Begin, A.Size, A.Size, A.IsWrite);
  C.range(Begin, 1, 0, A.IsWrite, {reinterpret_cast<uptr>(A.Of), A.Max});
}

void reportUserAccess(const PageAccess &A, uptr Pc, uptr Bp, void *Context) {
  const RuleInfo *Rule =
      judge(Mode::User, A.Lock, A.Lock == LockState::Held && inMovingDfree(Pc),
            A.Memory, A.IsWrite);
  if (!Rule || (Rule->Id == RuleId::D1 && isEmbeddedStruct(A.Address)))
    return;
  SlotInfo Slot;
  if (Rule->Id == RuleId::R1_e && A.Memory.Kind == MemoryKind::Page) {
    // What is not embedded contents is a field of the object's struct.
    if (!heap()->DescribeSlot(A.Address, Slot) ||
        !(Slot.Flags & SlotEmbedded) || A.Address - Slot.Slot < Slot.HeaderSize)
      Rule = &ruleInfo(RuleId::R1_a);
    else if (Slot.Flags & SlotStruct)
      Rule = &ruleInfo(RuleId::R1_t);
  }
  reportViolation({Rule, A.IsWrite ? Access::Write : Access::Read,
                   /*KernelMode=*/false, /*Call=*/nullptr, A.Address, A.Size,
                   /*String=*/{}, Pc, Bp, Context, A.Lock, A.Memory});
}

void reportKernelAccess(const PageAccess &A, uptr Pc, uptr Bp, void *Context) {
  reportViolation({&ruleInfo(RuleId::K1),
                   A.IsWrite ? Access::Write : Access::Read,
                   /*KernelMode=*/true, "a system call", A.Address, A.Size,
                   /*String=*/{}, Pc, Bp, Context, A.Lock, A.Memory});
}

void checkAccess(uptr Address, uptr Size, bool IsWrite, uptr Pc, uptr Bp) {
  const HeapAdapter *Heap = heap();
  if (Thread.Inside || !Heap || !Size)
    return;
  MemoryInfo Memory;
  if (isRetired(Address, Size) && describeRetired(Address, Size, Memory)) {
    stats().Accesses.add();
    return reportUserAccess({Memory.Hit, Address + Size - Memory.Hit, IsWrite,
                             Heap->Lock(), Memory},
                            Pc, Bp, /*Context=*/nullptr);
  }
  uptr Hit = Heap->UsesPageTable ? Pages.firstIn(Address, Size) : Address;
  if (!Hit)
    return;
  stats().Accesses.add();
  LockState Lock = Heap->Lock();
  if (Lock == LockState::Held && !inMovingDfree(Pc))
    return;
  if (Heap->BeforeCall)
    Heap->BeforeCall(Hit, Address + Size - Hit, IsWrite, /*Call=*/nullptr, Pc);
  if (!Heap->Classify(Hit, Address + Size - Hit, Memory))
    return;
  reportUserAccess(
      {Memory.Hit, Address + Size - Memory.Hit, IsWrite, Lock, Memory}, Pc, Bp,
      /*Context=*/nullptr);
}

void checkTakesLock(const char *Name, bool MayNest, uptr Pc, uptr Bp) {
  const HeapAdapter *Heap = heap();
  if (Thread.Inside || !Heap)
    return;
  LockState Lock = Heap->Lock();
  if (Lock == LockState::Released || (Lock == LockState::Held && MayNest))
    return;
  reportViolation({&ruleInfo(RuleId::W1), Access::Call, /*KernelMode=*/false,
                   Name, /*Address=*/0, /*Size=*/0, /*String=*/{}, Pc, Bp,
                   /*Context=*/nullptr, Lock, /*Memory=*/{}});
}

void checkKernelRange(const CallSite &Where, uptr Begin, uptr Size,
                      bool IsWrite) {
  stats().Ranges.add();
  Checker(Where).bytes(Begin, Size, IsWrite);
}

void checkKernelVector(const CallSite &Where, uptr Pointer, uptr Count,
                       bool IsWrite) {
  stats().Ranges.add();
  Checker(Where).vector(Pointer, Count, IsWrite);
}

void checkKernelMessage(const CallSite &Where, uptr Pointer, bool IsWrite) {
  stats().Ranges.add();
  Checker(Where).message(Pointer, IsWrite);
}

void checkKernelString(const CallSite &Where, uptr Pointer) {
  stats().Ranges.add();
  Checker(Where).string(Pointer);
}

static void checkRanges(Checker C, const CallSpec &Spec, const uptr *Args) {
  for (const Range &R : Spec.Ranges) {
    if (R.Kind == Shape::Nothing)
      break;
    stats().Ranges.add();
    C.all(R, Args);
  }
}

void collectKept(Call Id, const uptr *Args, HandedRanges &Out) {
  Checker C(Out);
  for (const Range &R : callSpec(Id).Ranges) {
    C.all(R, Args);
    // Without the flag the rest is copied.
    if (R.Kind == Shape::ZeroCopy && !C.keeps())
      return;
  }
}

void checkKernelCall(const CallSite &Where, Call Id, const uptr *Args) {
  checkRanges(Checker(Where), callSpec(Id), Args);
}

void checkCall(Call Id, const uptr *Args, uptr Pc, uptr Bp) {
  if (Thread.Inside || !heap())
    return;
  const CallSpec &Spec = callSpec(Id);
  stats().Calls.add();
  checkRanges(Checker(Spec.Name, Spec.AccessMode, Pc, Bp), Spec, Args);
}

} // namespace gvlsan
