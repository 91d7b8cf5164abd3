//===- IoUring.cpp - Memory in io_uring requests --------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "IoUring.h"

#include "Memory.h"
#include "Stats.h"

#include "sanitizer_common/sanitizer_mutex.h"

#include <linux/io_uring.h>
#include <sys/epoll.h>
#include <sys/stat.h>

// Newer than the headers of the oldest systems that we are built on.
#ifndef IORING_SETUP_SQE128
#define IORING_SETUP_SQE128 (1U << 10)
#endif
#ifndef IORING_SETUP_NO_SQARRAY
#define IORING_SETUP_NO_SQARRAY (1U << 16)
#endif
#ifndef IORING_ENTER_REGISTERED_RING
#define IORING_ENTER_REGISTERED_RING (1U << 4)
#endif

namespace gvlsan {

static constexpr const char *Completion = "the request has completed";
static constexpr const char *Unregistering = "the buffers are unregistered";

namespace {

struct Ring {
  int Fd;
  u32 Flags;
  io_sqring_offsets Offsets;
  uptr Queue;   ///< address of the submission queue's ring, 0: not mapped yet
  uptr Entries; ///< of its io_uring_sqe

  bool known() const { return Queue && Entries; }
};

/// Checks one request.
class RequestChecker {
public:
  /// \p Kept: the kernel may use the bytes after the call.
  RequestChecker(const CallSite &Where, bool Kept) : Now(Where), Later(Where) {
    if (Kept)
      Later.KeptUntil = Completion;
  }

  void check(const io_uring_sqe &S);

private:
  void reads(uptr Begin, uptr Size) {
    checkKernelRange(Later, Begin, Size, /*IsWrite=*/false);
  }
  void writes(uptr Begin, uptr Size) {
    checkKernelRange(Later, Begin, Size, /*IsWrite=*/true);
  }
  void takes(uptr Begin, uptr Size) {
    checkKernelRange(Now, Begin, Size, /*IsWrite=*/false);
  }
  void readsVector(uptr Begin, uptr Count) {
    checkKernelVector(Later, Begin, Count, /*IsWrite=*/false);
  }
  void writesVector(uptr Begin, uptr Count) {
    checkKernelVector(Later, Begin, Count, /*IsWrite=*/true);
  }
  void readsMessage(uptr Begin) {
    checkKernelMessage(Later, Begin, /*IsWrite=*/false);
  }
  void writesMessage(uptr Begin) {
    checkKernelMessage(Later, Begin, /*IsWrite=*/true);
  }
  void path(uptr Begin) { checkKernelString(Now, Begin); }

  CallSite Now, Later;
};

} // namespace

void RequestChecker::check(const io_uring_sqe &S) {
  // The kernel chooses among buffers that were provided before.
  if (S.flags & IOSQE_BUFFER_SELECT)
    return;
#define GVLSAN_RING_OP(Opcode, Memory)                                         \
  if (S.opcode == IORING_OP_##Opcode) {                                        \
    Now.Name = Later.Name = "the io_uring request " #Opcode;                   \
    Memory;                                                                    \
  }
#include "IoUringOps.def"
}

static constexpr u32 MaxRings = 64;
static Ring Rings[MaxRings];
static u32 NumRings;
static StaticSpinMutex RingMutex;

static Ring *find(int Fd) {
  for (u32 I = 0; I < NumRings; ++I)
    if (Rings[I].Fd == Fd)
      return &Rings[I];
  return nullptr;
}

void noteRing(int Fd, uptr Params) {
  io_uring_params P;
  if (!readMemory(Params, P))
    return;
  SpinMutexLock Lock(&RingMutex);
  Ring *R = find(Fd);
  if (!R && NumRings < MaxRings)
    R = &Rings[NumRings++];
  if (R)
    *R = {Fd, P.flags, P.sq_off, 0, 0};
}

void noteRingMapping(int Fd, uptr Offset, uptr Address) {
  if (!__atomic_load_n(&NumRings, __ATOMIC_RELAXED))
    return;
  SpinMutexLock Lock(&RingMutex);
  Ring *R = find(Fd);
  if (R && Offset == IORING_OFF_SQ_RING)
    R->Queue = Address;
  else if (R && Offset == IORING_OFF_SQES)
    R->Entries = Address;
}

static void checkRing(const Ring &R, RequestChecker &C, u32 ToSubmit) {
  u32 Head, Tail, Mask;
  if (!R.known() || !readMemory(R.Queue + R.Offsets.head, Head) ||
      !readMemory(R.Queue + R.Offsets.tail, Tail) ||
      !readMemory(R.Queue + R.Offsets.ring_mask, Mask))
    return;
  uptr Size = sizeof(io_uring_sqe) << (R.Flags & IORING_SETUP_SQE128 ? 1 : 0);
  for (; ToSubmit && Head != Tail; ++Head, --ToSubmit) {
    u32 Index = Head & Mask;
    if (!(R.Flags & IORING_SETUP_NO_SQARRAY) &&
        !readMemory(R.Queue + R.Offsets.array + Index * sizeof(u32), Index))
      return;
    io_uring_sqe Request;
    // The kernel drops requests whose index is out of range.
    if (Index > Mask || !readMemory(R.Entries + Index * Size, Request))
      continue;
    stats().RingRequests.add();
    C.check(Request);
  }
}

void checkRingSubmissions(const CallSite &Where, const uptr *Args) {
  auto ToSubmit = static_cast<u32>(Args[1]);
  auto MinComplete = static_cast<u32>(Args[2]);
  auto Flags = static_cast<u32>(Args[3]);
  // Who waits for all of them knows that they are over when the call returns.
  bool Waits = Flags & IORING_ENTER_GETEVENTS && MinComplete >= ToSubmit;
  RequestChecker C(Where, /*Kept=*/!Waits);
  Ring Copies[MaxRings];
  u32 N;
  {
    SpinMutexLock Lock(&RingMutex);
    N = NumRings;
    internal_memcpy(Copies, Rings, N * sizeof(Ring));
  }
  for (u32 I = 0; I < N; ++I)
    // A registered ring goes by a number that only the kernel knows.
    if (Copies[I].Fd == static_cast<int>(Args[0]) ||
        Flags & IORING_ENTER_REGISTERED_RING)
      checkRing(Copies[I], C, ToSubmit);
}

void checkRingRegistration(const CallSite &Where, const uptr *Args) {
  CallSite Kept = Where;
  Kept.KeptUntil = Unregistering;
  switch (Args[1]) {
  case IORING_REGISTER_BUFFERS:
    return checkKernelVector(Kept, Args[2], Args[3], /*IsWrite=*/true);
  case IORING_REGISTER_BUFFERS2: {
    io_uring_rsrc_register R;
    if (readMemory(Args[2], R))
      checkKernelVector(Kept, R.data, R.nr, /*IsWrite=*/true);
    return;
  }
  default:
    return;
  }
}

} // namespace gvlsan
