//===- KernelUses.cpp - C memory that the kernel keeps --------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "KernelUses.h"

#include "Checks.h"
#include "Context.h"
#include "Memory.h"
#include "Stacks.h"
#include "Stats.h"

#include "sanitizer_common/sanitizer_libc.h"
#include "sanitizer_common/sanitizer_mutex.h"

#include <aio.h>
#include <errno.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace gvlsan {

namespace {

/// How far a TCP connection has come. The kernel refers to the bytes that it
/// sends until the other side has acknowledged them.
struct Connection {
  int Socket;
  dev_t Device; ///< with Inode: the descriptor may be another's by now
  ino_t Inode;
  u64 End; ///< acknowledged when it is through with ours

  /// \returns false when \p Fd is no TCP connection.
  bool open(int Fd);
  bool isThrough() const;
};

/// An asynchronous request of POSIX.
struct Request {
  uptr Pointer;
  const volatile void *Buffer;

  bool isThrough() const;
};

struct Use {
  HandedRange Range;
  EarlierCall Call;
  uptr Aio; ///< non-zero: TheRequest is what is meant
  Connection TheConnection;
  Request TheRequest;

  bool isOver() const {
    return Aio ? TheRequest.isThrough() : TheConnection.isThrough();
  }
};

} // namespace

atomic_uint32_t NumKernelUses;

static StaticSpinMutex Mutex;
static constexpr u32 MaxUses = 64;
static Use Uses[MaxUses];

static bool identify(int Fd, dev_t &Device, ino_t &Inode) {
  struct stat S;
  if (fstat(Fd, &S))
    return false;
  Device = S.st_dev;
  Inode = S.st_ino;
  return true;
}

/// \returns whether the kernel tells it, since Linux 4.1.
static bool acknowledged(int Fd, u64 &Out) {
  tcp_info Info;
  socklen_t Size = sizeof(Info);
  if (getsockopt(Fd, IPPROTO_TCP, TCP_INFO, &Info, &Size) ||
      Size < offsetof(tcp_info, tcpi_bytes_acked) + sizeof(u64))
    return false;
  Out = Info.tcpi_bytes_acked;
  return true;
}

bool Connection::open(int Fd) {
  // What is acknowledged between the two makes the end too near: a miss.
  int Queued = 0;
  Socket = Fd;
  if (!acknowledged(Fd, End) || ioctl(Fd, SIOCOUTQ, &Queued) ||
      !identify(Fd, Device, Inode))
    return false;
  End += Queued;
  return true;
}

bool Connection::isThrough() const {
  dev_t NowDevice;
  ino_t NowInode;
  u64 Acknowledged;
  // Of a closed socket nobody can tell.
  return !identify(Socket, NowDevice, NowInode) || NowDevice != Device ||
         NowInode != Inode || !acknowledged(Socket, Acknowledged) ||
         Acknowledged >= End;
}

bool Request::isThrough() const {
  // It may have been given back, and be something else now.
  aiocb Now;
  return !readMemory(Pointer, Now) || Now.aio_buf != Buffer ||
         aio_error(&Now) != EINPROGRESS;
}

static void remove(u32 Index) {
  u32 Last = atomic_load_relaxed(&NumKernelUses) - 1;
  Uses[Index] = Uses[Last];
  atomic_store_relaxed(&NumKernelUses, Last);
}

static void add(const Use &U) {
  SpinMutexLock Lock(&Mutex);
  // A program that uses such calls makes many of them.
  constexpr u32 Few = 8;
  if (atomic_load_relaxed(&NumKernelUses) >= Few)
    for (u32 I = atomic_load_relaxed(&NumKernelUses); I--;)
      if (Uses[I].isOver())
        remove(I);
  if (atomic_load_relaxed(&NumKernelUses) == MaxUses)
    remove(0);
  Uses[atomic_load_relaxed(&NumKernelUses)] = U;
  atomic_fetch_add(&NumKernelUses, 1, memory_order_relaxed);
  stats().KernelUses.add();
}

void noteKernelUse(Call Id, const uptr *Args, long Result, uptr Pc, uptr Bp) {
  const CallSpec &Spec = callSpec(Id);
  bool IsAio = Spec.Ranges[0].Kind == Shape::Aio;
  if (Thread.Inside || !heap() || (IsAio ? Result != 0 : Result <= 0))
    return;
  int Errno = errno;
  HandedRanges Handed;
  collectKept(Id, Args, Handed);
  ScopedInside Guard;
  Use U = {};
  if (IsAio) {
    aiocb Request;
    if (!readMemory(Args[0], Request))
      Handed.Count = 0;
    U.Aio = Args[0];
    U.TheRequest = {Args[0], Request.aio_buf};
  } else if (Handed.Until && !U.TheConnection.open(static_cast<int>(Args[0]))) {
    Handed.Count = 0;
  }
  if (Handed.Until && Handed.Count) {
    BufferedStackTrace Stack;
    Stack.Unwind(Pc, Bp, /*context=*/nullptr, /*request_fast=*/false,
                 EarlierCall::MaxFrames);
    dropOwnFrames(Stack);
    U.Call = {Spec.Name, Handed.Until, threadNumber(), Stack.size, {}, 0,
              0,         false};
    internal_memcpy(U.Call.Frames, Stack.trace, Stack.size * sizeof(uptr));
    // A socket may have taken some of them only.
    uptr Rest = IsAio ? ~uptr(0) : static_cast<uptr>(Result);
    for (u32 I = 0; I < Handed.Count && Rest; ++I) {
      U.Range = Handed.Ranges[I];
      U.Range.Size = Min(U.Range.Size, Rest);
      Rest -= U.Range.Size;
      add(U);
    }
  }
  errno = Errno;
}

static bool overlaps(const HandedRange &R, uptr Begin, uptr Size) {
  return R.Begin < Begin + Size && Begin < R.Begin + R.Size;
}

bool findKernelUse(uptr Begin, uptr Size, EarlierCall &Out) {
  ScopedInside Guard;
  SpinMutexLock Lock(&Mutex);
  int Errno = errno;
  bool Found = false;
  for (u32 I = atomic_load_relaxed(&NumKernelUses); I-- && !Found;) {
    const Use &U = Uses[I];
    if (!overlaps(U.Range, Begin, Size))
      continue;
    if (U.isOver()) {
      remove(I);
      continue;
    }
    Found = true;
    Out = U.Call;
    Out.Begin = Max(Begin, U.Range.Begin);
    Out.Size = Min(Begin + Size, U.Range.Begin + U.Range.Size) - Out.Begin;
    Out.IsWrite = U.Range.IsWrite;
  }
  errno = Errno;
  return Found;
}

void forgetKernelUses(uptr Begin, uptr Size) {
  SpinMutexLock Lock(&Mutex);
  for (u32 I = atomic_load_relaxed(&NumKernelUses); I--;)
    if (overlaps(Uses[I].Range, Begin, Size))
      remove(I);
}

void lockKernelUses() { Mutex.Lock(); }

void unlockKernelUses(bool IsChild) {
  // The kernel holds the parent's.
  if (IsChild)
    atomic_store_relaxed(&NumKernelUses, 0);
  Mutex.Unlock();
}

} // namespace gvlsan
