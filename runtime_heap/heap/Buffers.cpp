//===- Buffers.cpp - External buffers of objects --------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "heap/Buffers.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

namespace rheap {
namespace {

constexpr size_t Unit = 4096;
constexpr size_t Capacity = size_t(256) << 30;
constexpr size_t NumUnits = Capacity / Unit;

void protect(const void *P, size_t Size, int Access) {
  syscall(SYS_mprotect, P, Size, Access);
}

} // namespace

/// One per unit of address space; only the first unit of a buffer uses Size,
/// the others of it say how far back the first one is.
struct Buffers::Record {
  size_t Size;
  VALUE Owner;
  uint32_t Back;
  bool Live;
  bool Freed;
  bool Frozen;
  /// Freed because its owner has another one now.
  bool Replaced;
  bool Sealed;
  bool Borrowed;
  bool Watched;
  /// All that watching could show has been shown.
  bool Shown;
  uint8_t Waits;
  uint16_t Steps;
};

const char *Buffers::init(bool Judging) {
  if (!Judging)
    return nullptr;
  void *Raw = mmap(nullptr, Capacity, PROT_NONE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  void *Table = mmap(nullptr, NumUnits * sizeof(Record), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (Raw == MAP_FAILED || Table == MAP_FAILED)
    return "cannot reserve the addresses of external buffers (mmap)";
  Records = static_cast<Record *>(Table);
  Base = static_cast<char *>(Raw);
  return nullptr;
}

Buffers::Record *Buffers::recordOf(const void *P) const {
  size_t Offset = uintptr_t(P) - uintptr_t(Base);
  if (!Base || Offset >= Capacity)
    return nullptr;
  size_t I = Offset / Unit;
  if (I >= Used.load(std::memory_order_acquire))
    return nullptr;
  Record *R = &Records[I];
  R -= R->Back;
  return R->Live || R->Freed ? R : nullptr;
}

void *Buffers::allocate(size_t Size, VALUE Owner, bool IsContents) {
  if (!Base)
    return malloc(Size ? Size : 1);
  // Addresses are not used twice: each stays inaccessible after its free.
  size_t Units = (Size + Unit - 1) / Unit;
  if (!Units)
    Units = 1;
  size_t First = Used.load(std::memory_order_relaxed);
  char *P = Base + First * Unit;
  // Out of addresses, or of mappings (vm.max_map_count): the buffer is made,
  // but its uses cannot be judged.
  if (First + Units + 1 > NumUnits || Units > UINT32_MAX ||
      syscall(SYS_mprotect, P, Units * Unit, PROT_READ | PROT_WRITE) != 0)
    return malloc(Size ? Size : 1);
  Records[First] = {};
  Records[First].Size = Size;
  Records[First].Owner = Owner;
  Records[First].Live = true;
  for (size_t I = 1; I < Units; ++I)
    Records[First + I].Back = uint32_t(I);
  Used.store(First + Units + 1, std::memory_order_release);
  if (IsContents) {
    std::lock_guard Guard(SealLock);
    Sealable.push_back(First);
  }
  return P;
}

void *Buffers::reallocate(void *P, size_t Size) {
  Record *R = recordOf(P);
  if (!R)
    return realloc(P, Size ? Size : 1);
  bool IsContents;
  {
    std::lock_guard Guard(SealLock);
    IsContents = std::binary_search(Sealable.begin(), Sealable.end(),
                                    size_t(R - Records));
  }
  void *New = allocate(Size, R->Owner, IsContents);
  if (!New)
    return nullptr;
  unwatch(P, /*ForGood=*/false);
  memcpy(New, P, R->Size < Size ? R->Size : Size);
  R->Replaced = true;
  release(*R);
  return New;
}

void Buffers::free(void *P) {
  if (Record *R = recordOf(P))
    release(*R);
  else
    ::free(P);
}

void Buffers::release(Record &R) {
  size_t I = size_t(&R - Records);
  size_t Units = R.Size ? (R.Size + Unit - 1) / Unit : 1;
  {
    std::lock_guard Guard(SealLock);
    auto It = std::lower_bound(Sealable.begin(), Sealable.end(), I);
    if (It != Sealable.end() && *It == I)
      Sealable.erase(It);
    if (R.Borrowed)
      std::erase(Borrowed, I);
    R.Watched = false;
  }
  R.Live = false;
  R.Freed = true;
  protect(Base + I * Unit, Units * Unit, PROT_NONE);
  // The addresses stay taken; the memory goes back when enough others have
  // been freed, so that an access shortly after the free finds the old bytes.
  size_t &Place = Recent[NextRecent++ % NumRecent];
  if (NextRecent > NumRecent) {
    const Record &Old = Records[Place];
    madvise(Base + Place * Unit, Old.Size, MADV_DONTNEED);
  }
  Place = I;
}

void Buffers::setOwner(const void *P, VALUE Owner) {
  if (Record *R = recordOf(P))
    R->Owner = Owner;
}

bool Buffers::find(const void *P, Info &Out) const {
  const Record *R = recordOf(P);
  if (!R)
    return false;
  const char *Begin = Base + size_t(R - Records) * Unit;
  if (size_t(static_cast<const char *>(P) - Begin) >= R->Size &&
      !(R->Size == 0 && P == Begin))
    return false;
  Out = {Begin,     R->Size,     R->Owner,  R->Freed,
         R->Frozen, R->Replaced, R->Sealed, R->Watched};
  return true;
}

void Buffers::setAccess(const Record &R, int Access) const {
  size_t Units = R.Size ? (R.Size + Unit - 1) / Unit : 1;
  protect(Base + size_t(&R - Records) * Unit, Units * Unit, Access);
}

void Buffers::seal() {
  std::lock_guard Guard(SealLock);
  size_t First = Sealable.size() > MaxSealed ? Sealable.size() - MaxSealed : 0;
  for (size_t I = First; I < Sealable.size(); ++I) {
    Record &R = Records[Sealable[I]];
    if (R.Frozen || R.Sealed)
      continue;
    R.Sealed = IsSealed = true;
    if (!R.Watched)
      setAccess(R, PROT_NONE);
  }
}

void Buffers::unseal() {
  std::lock_guard Guard(SealLock);
  if (!IsSealed)
    return;
  IsSealed = false;
  for (size_t I : Sealable)
    if (std::exchange(Records[I].Sealed, false) && !Records[I].Watched)
      setAccess(Records[I], PROT_READ | PROT_WRITE);
}

void Buffers::open(const void *P) {
  std::lock_guard Guard(SealLock);
  if (Record *R = recordOf(P); R && R->Live) {
    R->Sealed = R->Watched = false;
    setAccess(*R, R->Frozen ? PROT_READ : PROT_READ | PROT_WRITE);
  }
}

void Buffers::freeze(const void *P) {
  Record *R = recordOf(P);
  if (!R || !R->Live || R->Frozen)
    return;
  R->Frozen = true;
  // Nobody writes there.
  R->Watched = false;
  setAccess(*R, PROT_READ);
}

void Buffers::close(Record &R) {
  if (R.Live && !R.Frozen && !R.Shown && !R.Watched) {
    R.Watched = true;
    setAccess(R, PROT_NONE);
  }
}

void Buffers::borrow(const void *P) {
  Record *R = recordOf(P);
  if (!R || !R->Live)
    return;
  std::lock_guard Guard(SealLock);
  if (!std::exchange(R->Borrowed, true))
    Borrowed.push_back(size_t(R - Records));
  if (Watching.load(std::memory_order_relaxed))
    close(*R);
}

void Buffers::watch() {
  std::lock_guard Guard(SealLock);
  Watching.store(true, std::memory_order_relaxed);
  for (size_t I : Borrowed)
    close(Records[I]);
}

bool Buffers::beginStep(const void *P) {
  std::lock_guard Guard(SealLock);
  Record *R = recordOf(P);
  if (!R || !R->Watched)
    return false;
  R->Sealed = false;
  setAccess(*R, PROT_READ | PROT_WRITE);
  if (++R->Steps < MaxSteps)
    return true;
  R->Watched = false;
  R->Shown = true;
  return false;
}

void Buffers::endStep(const void *P) {
  std::lock_guard Guard(SealLock);
  if (Record *R = recordOf(P); R && R->Watched)
    setAccess(*R, PROT_NONE);
}

void Buffers::unwatch(const void *P, bool ForGood) {
  std::lock_guard Guard(SealLock);
  Record *R = recordOf(P);
  if (!R || !R->Live)
    return;
  R->Shown |= ForGood;
  if (std::exchange(R->Watched, false) && !R->Sealed)
    setAccess(*R, R->Frozen ? PROT_READ : PROT_READ | PROT_WRITE);
}

bool Buffers::mayWaitAt(const void *P) {
  std::lock_guard Guard(SealLock);
  Record *R = recordOf(P);
  return R && R->Watched && R->Waits++ < MaxWaits;
}

void Buffers::thaw(const void *P) const {
  if (const Record *R = recordOf(P); R && R->Live)
    setAccess(*R, PROT_READ | PROT_WRITE);
}

void Buffers::reopen(const void *P) const {
  if (const Record *R = recordOf(P))
    setAccess(*R, PROT_READ | PROT_WRITE);
}

} // namespace rheap
