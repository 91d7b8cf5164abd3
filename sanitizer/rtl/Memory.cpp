//===- Memory.cpp - Reads that cannot fault -------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Memory.h"

#include "Context.h"
#include "Seal.h"

#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace gvlsan {

static bool readAt(uptr Address, void *Out, uptr Size) {
  int Errno = errno;
  struct iovec Local = {Out, Size};
  struct iovec Remote = {reinterpret_cast<void *>(Address), Size};
  long N = syscall(SYS_process_vm_readv, internal_getpid(), &Local, 1, &Remote,
                   1, 0);
  bool Ok = N >= 0 && static_cast<uptr>(N) == Size;
  if (!Ok) {
    // It respects protections, and may be forbidden; the file does not and is
    // not, for a process's own memory.
    uptr Fd = internal_open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    if (!internal_iserror(Fd)) {
      N = syscall(SYS_pread64, static_cast<int>(Fd), Out, Size, Address);
      Ok = N >= 0 && static_cast<uptr>(N) == Size;
      internal_close(static_cast<int>(Fd));
    }
  }
  errno = Errno;
  return Ok;
}

bool readMemory(uptr Address, void *Out, uptr Size) {
  // The kernel's accesses for us may trap like anybody's.
  ScopedUncaught Uncaught;
  bool Before = Thread.ReadsMemory;
  Thread.ReadsMemory = true;
  uptr Elsewhere = readableAddress(Address);
  bool Ok =
      (Elsewhere && readAt(Elsewhere, Out, Size)) || readAt(Address, Out, Size);
  Thread.ReadsMemory = Before;
  return Ok;
}

uptr stringSize(uptr Address, uptr Max) {
  constexpr uptr Step = 256;
  if (Max > (1 << 16))
    Max = 1 << 16;
  char Buffer[Step];
  for (uptr Done = 0; Done < Max;) {
    // Never read over the end of a system page: the next may not exist.
    uptr A = Address + Done;
    uptr N = Min(Min(Step - A % Step, Max - Done), Step);
    if (!readMemory(A, Buffer, N))
      return Done ? Done : 1;
    for (uptr I = 0; I < N; ++I)
      if (!Buffer[I])
        return Done + I + 1;
    Done += N;
  }
  return Max;
}

void readText(uptr Address, char *Out, uptr Size) {
  uptr Length = Min(stringSize(Address, Size), Size) - 1;
  if (!readMemory(Address, Out, Length))
    Length = 0;
  Out[Length] = '\0';
}

} // namespace gvlsan
