//===- RuntimeHeap.cpp - The adapter of the runtime heap ------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The heap answers every question itself, through the one symbol that
/// rheap/debug.h describes.
///
//===----------------------------------------------------------------------===//

#include "rtl/Checks.h"
#include "rtl/Heap.h"
#include "rtl/Instrumentation.h"
#include "rtl/Liveness.h"

#include "rheap/debug.h"
#include "sanitizer_common/sanitizer_libc.h"

#include <dlfcn.h>

namespace gvlsan {

static const struct rheap_debug_interface *Rheap;

static LockState lockState() {
  switch (Rheap->lock_state()) {
  case RHEAP_LOCK_FOREIGN:
    return LockState::Foreign;
  case RHEAP_LOCK_RELEASED:
    return LockState::Released;
  case RHEAP_LOCK_HELD:
    return LockState::Held;
  }
  return LockState::Foreign;
}

static long lockHolder() { return Rheap->lock_holder(); }

static bool classify(uptr Address, uptr Size, MemoryInfo &Out) {
  rheap_memory_info Info = {};
  Rheap->classify(reinterpret_cast<const void *>(Address), Size, &Info);
  switch (Info.kind) {
  case RHEAP_MEMORY_OTHER:
  case RHEAP_MEMORY_BUFFER:
    return false;
  case RHEAP_MEMORY_PAGE:
    Out.Kind = MemoryKind::Page;
    break;
  case RHEAP_MEMORY_FREED_BUFFER:
    Out.Kind = MemoryKind::FreedBuffer;
    break;
  case RHEAP_MEMORY_FROZEN_BUFFER:
    Out.Kind = MemoryKind::FrozenBuffer;
    break;
  }
  Out.Begin = reinterpret_cast<uptr>(Info.begin);
  Out.Size = Info.size;
  Out.Owner = reinterpret_cast<uptr>(Info.owner);
  Out.Protected = Info.is_protected;
  Out.Hit = Max(Address, Out.Begin);
  return true;
}

static u32 slotFlags(unsigned Flags) {
  struct {
    unsigned From;
    u32 To;
  } const Map[] = {
      {RHEAP_SLOT_EMBEDDED, SlotEmbedded}, {RHEAP_SLOT_FROZEN, SlotFrozen},
      {RHEAP_SLOT_HIDDEN, SlotHidden},     {RHEAP_SLOT_SHARED, SlotShared},
      {RHEAP_SLOT_LOCKED, SlotLocked},     {RHEAP_SLOT_PINNED, SlotPinned},
      {RHEAP_SLOT_MOVED, SlotMoved},       {RHEAP_SLOT_FREE, SlotFree},
  };
  u32 Result = 0;
  for (auto &M : Map)
    if (Flags & M.From)
      Result |= M.To;
  return Result;
}

static bool describeSlot(uptr Address, SlotInfo &Out) {
  rheap_slot_info Info = {};
  if (!Rheap->describe_slot(reinterpret_cast<const void *>(Address), &Info))
    return false;
  Out.Slot = reinterpret_cast<uptr>(Info.slot);
  Out.Size = Info.slot_size;
  Out.Type = Info.type ? Info.type : "object";
  if (Info.class_name)
    internal_strlcpy(Out.ClassName, Info.class_name, sizeof(Out.ClassName));
  Out.Flags = slotFlags(Info.flags);
  Out.HeaderSize = Info.header_size;
  Out.Length = Info.length;
  Out.HasLength = !internal_strcmp(Out.Type, "String") ||
                  !internal_strcmp(Out.Type, "Array");
  Out.FirstSize = static_cast<u32>(Min(Info.first_size, sizeof(Out.First)));
  internal_memcpy(Out.First, Info.first, Out.FirstSize);
  Out.MovedTo = reinterpret_cast<uptr>(Info.moved_to);
  Out.MovedFrom = reinterpret_cast<uptr>(Info.moved_from);
  return true;
}

static void beforeCall(uptr Address, uptr Size, bool IsWrite, const char *Call,
                       uptr Pc) {
  Rheap->before_call(reinterpret_cast<const void *>(Address), Size, IsWrite,
                     Call, reinterpret_cast<const void *>(Pc));
}

static bool other(OtherAccess &Out) {
  rheap_other_access Info;
  if (!Rheap->other_access(&Info))
    return false;
  Out = {Info.tid, Info.is_write != 0, Info.size, Info.call,
         reinterpret_cast<uptr>(Info.pc)};
  return true;
}

static void resume() { Rheap->unseal(); }

/// Walks the addresses between the first and the last page: at exit only.
static void countPages(uptr &Now, uptr &Total) {
  const void *Low, *High;
  Rheap->page_bounds(&Low, &High);
  Now = 0;
  for (uptr A = reinterpret_cast<uptr>(Low);
       A < reinterpret_cast<uptr>(High);) {
    MemoryInfo Memory;
    bool IsPage = classify(A, 1, Memory) && Memory.Kind == MemoryKind::Page;
    Now += IsPage;
    A = IsPage ? Memory.Begin + Memory.Size : A + GetPageSizeCached();
  }
  Total = Now;
}

static HeapAdapter Adapter = {
    .Name = "the runtime heap",
    .UsesPageTable = false,
    .SeesRegions = false,
    .Lock = lockState,
    .VmAddress = 0,
    .VmIsProgram = false,
    .LockOwnerOffset = 0,
    .LockHolder = lockHolder,
    .Moving = nullptr, // it judges a dfree itself
    .Collecting = nullptr,
    .Classify = classify,
    .DescribeSlot = describeSlot,
    .BeforeCall = beforeCall,
    .Other = other,
    .ObjectFacts = nullptr,
    .RubyStack = nullptr,
    .Resume = resume,
    .IsVmModule = nullptr,
    .CountPages = countPages,
};

const HeapAdapter *findRuntimeHeap() {
  void *Symbol = dlsym(RTLD_DEFAULT, "rheap_debug_interface");
  if (!Symbol)
    return nullptr;
  Rheap = static_cast<const struct rheap_debug_interface *>(Symbol);
  if (Rheap->version != RHEAP_DEBUG_VERSION)
    refuse("the heap of this process speaks version %u of rheap/debug.h, the "
           "runtime %u: build both from one tree",
           Rheap->version, RHEAP_DEBUG_VERSION);
  if (!Rheap->before_call)
    Adapter.BeforeCall = nullptr;
  if (!Rheap->other_access)
    Adapter.Other = nullptr;
  // Freed buffers lie anywhere: the heap is asked about every address.
  Pages.watchEverything();
  publishBounds();
  return &Adapter;
}

} // namespace gvlsan
