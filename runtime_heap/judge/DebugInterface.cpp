//===- DebugInterface.cpp - Answers to the sanitizer ----------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "rheap/debug.h"

#include "gvl/Gvl.h"
#include "heap/Heap.h"
#include "judge/ImmediateFree.h"
#include "judge/Judge.h"
#include "judge/Races.h"
#include "judge/Visibility.h"
#include "model/Array.h"
#include "model/Class.h"
#include "model/Data.h"
#include "model/String.h"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace rheap;

namespace {

rheap_lock_state lockState() {
  return !Current    ? RHEAP_LOCK_FOREIGN
         : HoldsLock ? RHEAP_LOCK_HELD
                     : RHEAP_LOCK_RELEASED;
}

long lockHolder() { return gvl().holderTid(); }

void pageBounds(const void **Low, const void **High) {
  *Low = heap().Memory.begin();
  *High = heap().Memory.end();
}

/// What unseal() makes writable.
thread_local const void *LastFrozen = nullptr;

/// Instrumented code is about to make the access that classify is asked about:
/// its fault says more of it.
thread_local bool AboutToFault = false;

bool classifyByte(Heap &H, const void *P, rheap_memory_info &Out) {
  if (Page *Pg = H.anyPageOf(P)) {
    openOwnSlot(P);
    // In a dfree it depends on the other pages' luck which ones are protected
    // just now; all of them may be.
    Out = {RHEAP_MEMORY_PAGE, Pg->Begin, PageSize, nullptr,
           Pg->Protected.load(std::memory_order_acquire) ||
               isForbiddenToFree(P)};
    return true;
  }
  Buffers::Info Info;
  if (!H.External.find(P, Info))
    return false;
  if (!AboutToFault && (Info.Sealed || (Info.Watched && !isReporting()))) {
    if (Info.Sealed)
      noteCall(H, Info);
    H.External.open(P);
  }
  Out = {Info.Freed    ? RHEAP_MEMORY_FREED_BUFFER
         : Info.Frozen ? RHEAP_MEMORY_FROZEN_BUFFER
                       : RHEAP_MEMORY_BUFFER,
         Info.Begin, Info.Size, reinterpret_cast<const void *>(Info.Owner), 0};
  return true;
}

void classify(const void *Address, size_t Size, rheap_memory_info *Out) {
  Out->kind = RHEAP_MEMORY_OTHER;
  Out->begin = Out->owner = nullptr;
  Out->size = 0;
  Out->is_protected = 0;
  // The sanitizer asks from the program's first instruction on.
  Heap *H = heapIfAny();
  if (!H)
    return;
  // Pages and buffers begin at multiples of 4096, so a range meets one at its
  // first byte or at such a multiple.
  constexpr uintptr_t Step = 4096;
  uintptr_t P = uintptr_t(Address), End = P + Size;
  do {
    if (classifyByte(*H, reinterpret_cast<const void *>(P), *Out)) {
      if (Out->kind != RHEAP_MEMORY_FROZEN_BUFFER)
        return;
      LastFrozen = Out->begin;
      // A store with the lock breaks other contracts than R3, and the kernel
      // must not be refused for that.
      if (HoldsLock)
        H->External.thaw(LastFrozen);
      return;
    }
    P = (P / Step + 1) * Step;
  } while (P < End);
}

void beforeCall(const void *Address, size_t Size, int IsWrite, const char *Call,
                const void *Pc) {
  AboutToFault = !Call;
  if (AboutToFault)
    return;
  Heap *H = heapIfAny();
  Buffers::Info Info;
  // What the heap itself calls it answers for.
  if (!H || isOwnCode(Pc) || !H->External.find(Address, Info) || !Info.Watched)
    return;
  size_t Left = Info.Size - size_t(static_cast<const char *>(Address) -
                                   static_cast<const char *>(Info.Begin));
  meetOthers(Info, {gvlsan::RuleId::R4, Address, std::min(Size, Left),
                    IsWrite ? GVLSAN_ACCESS_WRITE : GVLSAN_ACCESS_READ, Call,
                    Pc, nullptr});
}

int other(rheap_other_access *Out) { return otherAccess(*Out); }

const char *typeName(unsigned Type) {
  switch (Type) {
  case T_OBJECT:
    return "Object";
  case T_CLASS:
    return "Class";
  case T_MODULE:
    return "Module";
  case T_FLOAT:
    return "Float";
  case T_STRING:
    return "String";
  case T_ARRAY:
    return "Array";
  case T_HASH:
    return "Hash";
  case T_STRUCT:
    return "Struct";
  case T_BIGNUM:
    return "Integer";
  case T_DATA:
    return "Data";
  case T_NONE:
    return "free";
  case T_MOVED:
    return "moved";
  case T_ZOMBIE:
    return "finalizing";
  default:
    return "unknown";
  }
}

/// The kernel copies, so that memory that has gone is an error and no fault; as
/// for a debugger, so that buffers can be read that are inaccessible just now.
size_t safeRead(void *To, const void *From, size_t Size) {
  long File =
      syscall(SYS_openat, AT_FDCWD, "/proc/self/mem", O_RDONLY | O_CLOEXEC);
  if (File < 0)
    return 0;
  long N = syscall(SYS_pread64, File, To, Size, From);
  syscall(SYS_close, File);
  return N < 0 ? 0 : size_t(N);
}

const char *className(VALUE Klass) {
  Heap &H = heap();
  while (Klass && H.isObject(Klass)) {
    auto *C = H.Memory.mirror(reinterpret_cast<RClass *>(Klass));
    if ((C->basic.flags & TypeMask) != T_CLASS || !C->Info)
      return nullptr;
    if (!(C->basic.flags & FL_SINGLETON))
      return C->Info->Name.empty() ? nullptr : C->Info->Name.c_str();
    Klass = C->Info->Super;
  }
  return nullptr;
}

void describeString(const RString *S, rheap_slot_info &Out) {
  Out.header_size = StrHeader;
  Out.length = size_t(S->len);
  if (S->basic.flags & StrShared)
    Out.flags |= RHEAP_SLOT_SHARED;
  if (S->basic.flags & StrLocked)
    Out.flags |= RHEAP_SLOT_LOCKED;
  const char *Bytes = S->as.embed.ary;
  if (S->basic.flags & RSTRING_NOEMBED) {
    Bytes = S->as.heap.ptr;
    Out.header_size = Out.slot_size;
  } else {
    Out.flags |= RHEAP_SLOT_EMBEDDED;
  }
  size_t N = Out.length < sizeof(Out.first) ? Out.length : sizeof(Out.first);
  Out.first_size = safeRead(Out.first, Bytes, N);
}

void describeArray(const RArray *A, rheap_slot_info &Out) {
  if (A->basic.flags & RARRAY_EMBED_FLAG) {
    Out.flags |= RHEAP_SLOT_EMBEDDED;
    Out.header_size = AryHeader;
    Out.length =
        (A->basic.flags & RARRAY_EMBED_LEN_MASK) >> RARRAY_EMBED_LEN_SHIFT;
  } else {
    Out.length = size_t(A->as.heap.len);
  }
}

int describeSlot(const void *Address, rheap_slot_info *Out) {
  Heap &H = heap();
  Page *P = H.pageOf(Address);
  VALUE V = P ? P->slotOf(Address) : 0;
  if (!V)
    return 0;
  auto *Slot = H.Memory.mirror(reinterpret_cast<const RBasic *>(V));
  VALUE Flags = Slot->flags;
  unsigned Type = unsigned(Flags & TypeMask);
  memset(Out, 0, sizeof(*Out));
  Out->slot = reinterpret_cast<const void *>(V);
  Out->slot_size = P->SlotSize;
  Out->type = typeName(Type);
  Out->header_size = P->SlotSize;
  if (P->Pinned.test(P->indexOf(Out->slot)))
    Out->flags |= RHEAP_SLOT_PINNED;
  switch (Type) {
  case T_NONE:
    Out->flags |= RHEAP_SLOT_FREE;
    return 1;
  case T_MOVED:
    Out->flags |= RHEAP_SLOT_MOVED;
    Out->moved_to = reinterpret_cast<const void *>(
        reinterpret_cast<const MovedSlot *>(Slot)->Destination);
    return 1;
  case T_ZOMBIE:
    return 1;
  default:
    break;
  }
  if (const VALUE *Origin = P->Origin)
    Out->moved_from =
        reinterpret_cast<const void *>(Origin[P->indexOf(Out->slot)]);
  switch (Type) {
  case T_STRING:
    describeString(reinterpret_cast<const RString *>(Slot), *Out);
    break;
  case T_ARRAY:
    describeArray(reinterpret_cast<const RArray *>(Slot), *Out);
    break;
  case T_DATA:
    if (isEmbeddedData(reinterpret_cast<VALUE>(Slot))) {
      Out->flags |= RHEAP_SLOT_EMBEDDED;
      Out->header_size = DataHeader;
    }
    break;
  default:
    break;
  }
  if (Flags & FL_FREEZE)
    Out->flags |= RHEAP_SLOT_FROZEN;
  if (Slot->klass)
    Out->class_name = className(Slot->klass);
  else
    Out->flags |= RHEAP_SLOT_HIDDEN;
  return 1;
}

/// What the heap itself has reported goes on without: one instruction at a
/// time, or through the alias.
void unseal() {
  if (isReporting())
    return;
  heap().Guards.unseal();
  if (LastFrozen)
    heap().External.thaw(LastFrozen);
  LastFrozen = nullptr;
}

} // namespace

extern "C" __attribute__((visibility("default"), used))
const struct rheap_debug_interface rheap_debug_interface = {
    RHEAP_DEBUG_VERSION, lockState, lockHolder, pageBounds, classify,
    describeSlot,        unseal,    beforeCall, other};
