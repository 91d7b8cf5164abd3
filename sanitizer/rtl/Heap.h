//===- Heap.h - What the runtime asks of a heap -----------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The interface between the runtime and the heap of the process it watches.
/// One adapter per heap, below heaps/, answers: where are the pages, does the
/// calling thread hold the lock, what is this slot. The runtime knows nothing
/// else about any heap.
///
/// Every function of an adapter may be called by any thread, with or without
/// the lock, also inside a signal handler, and touches no byte of a page that
/// may be protected but through a fault-proof read.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_HEAP_H
#define GVLSAN_HEAP_H

#include "sanitizer_common/sanitizer_common.h"

namespace gvlsan {

using namespace __sanitizer;

enum class LockState : u8 {
  Foreign,  ///< not a thread of the VM
  Released, ///< a thread of the VM that does not hold the lock
  Held,
};

enum class MemoryKind : u8 {
  Other,
  Page,
  FreedBuffer,
  MovedBuffer, ///< its owner has the bytes elsewhere now
  FrozenBuffer,
};

/// What a range of memory is to the heap.
struct MemoryInfo {
  MemoryKind Kind = MemoryKind::Other;
  uptr Hit = 0;   ///< first address of the range that the heap knows
  uptr Begin = 0; ///< of the page or buffer
  uptr Size = 0;  ///< bytes
  uptr Owner = 0; ///< slot that owned a freed buffer, or 0
  bool Protected = false;
  u32 GivenBackBy = 0;  ///< number of the thread that freed or moved a buffer
  uptr GivenBackAt = 0; ///< return address of that call, 0: the VM's
};

enum SlotFlags : u32 {
  SlotEmbedded = 1,
  SlotFrozen = 2,
  SlotHidden = 4,
  SlotShared = 8,
  SlotLocked = 16,
  SlotPinned = 32,
  SlotMoved = 64,
  SlotFree = 128,
  SlotShareable = 256, ///< between Ractors
  SlotStruct = 512,    ///< what is embedded is the C struct of a T_DATA
};

struct SlotInfo {
  uptr Slot = 0;
  uptr Size = 0;              ///< bytes, 0 when unknown
  const char *Type = nullptr; ///< "String", ...; static storage
  char ClassName[128] = "";   ///< empty when hidden or unknown
  uptr Class = 0;
  u32 Flags = 0;       ///< \c SlotFlags
  uptr HeaderSize = 0; ///< bytes before embedded contents
  bool HasLength = false;
  uptr Length = 0; ///< bytes of a String, elements of an Array
  u8 First[32];    ///< first bytes of a String
  u32 FirstSize = 0;
  uptr MovedTo = 0;
  uptr MovedFrom = 0;     ///< where it was before its last move, 0: not known
  char DataType[64] = ""; ///< of a T_DATA: what its author calls its type
};

/// What only the VM knows of an object.
struct ObjectFacts {
  char ClassName[128]; ///< empty: none, or not known
  /// The last marking was for a compaction, and pinned it.
  bool Pinned;
  /// Where it was allocated, under trace_allocations; line 0: not known.
  char AllocatedIn[512];
  int AllocatedAt;
};

/// One line of the Ruby-level stack.
struct RubyFrame {
  char File[512];
  char Method[128];
  int Line;
};

/// The other of two accesses that nothing orders.
struct OtherAccess {
  long Tid;
  bool IsWrite;
  uptr Size;
  const char *Call; ///< function through which, or nullptr
  uptr Pc;
};

struct HeapAdapter {
  const char *Name;
  /// Whether the adapter keeps \c Pages; otherwise Classify is asked each time.
  bool UsesPageTable;
  /// Whether the runtime counts the callbacks that run without the lock.
  bool SeesRegions;
  /// Of the calling thread.
  LockState (*Lock)();
  /// An address in the VM's module; 0: it has none.
  uptr VmAddress;
  /// That module is the program: its own callbacks without the lock do not come
  /// to us, those of extensions do.
  bool VmIsProgram;
  /// Where the lock's owner is, relative to its mutex; 0: not known, or no such
  /// lock.
  int LockOwnerOffset;
  /// Kernel id of the thread that holds the lock, 0 when nobody does, -1 when
  /// the heap cannot tell.
  long (*LockHolder)();
  /// Of the calling thread, which holds the lock: whether a collection that
  /// moves objects runs on it just now, so that the code it is in is the heap's
  /// own or a dfree. May be null.
  bool (*Moving)();
  /// Of the calling thread: whether a collection runs on it just now, so that
  /// what is freed had an owner. May be null.
  bool (*Collecting)();
  /// What the first byte of [Address, Address + Size) that the heap knows lies
  /// in. Exact: a candidate of the page table is confirmed here.
  bool (*Classify)(uptr Address, uptr Size, MemoryInfo &Out);
  /// The slot that holds \p Address, false when there is none.
  bool (*DescribeSlot)(uptr Address, SlotInfo &Out);
  /// Told of what libc or instrumented code is about to access, with and
  /// without the lock, before Classify is asked: for rules that the heap judges
  /// itself. May be null.
  void (*BeforeCall)(uptr Address, uptr Size, bool IsWrite, const char *Call,
                     uptr Pc);
  /// Of what the heap has the calling thread report just now; false when that
  /// is no such access. May be null.
  bool (*Other)(OtherAccess &Out);
  /// Only in a snapshot (see Snapshot.h), where no other thread runs: calls
  /// into the VM and may crash or hang. Either may be null.
  void (*ObjectFacts)(const SlotInfo &Slot, struct ObjectFacts &Out);
  u32 (*RubyStack)(RubyFrame *Out, u32 Max);
  /// Lets an access that has been reported go on. May be null.
  void (*Resume)();
  /// Whether the module at \p Path is the VM's or shipped with it. May be null.
  bool (*IsVmModule)(const char *Path);
  /// How many pages are known just now, and over the whole run.
  void (*CountPages)(uptr &Now, uptr &Total);
};

/// The adapter of this process, or nullptr when it has no heap that we know.
const HeapAdapter *heap();

/// Looks for a heap: once at start-up, before any thread. Dies with one line on
/// stderr when there is a heap that cannot be watched.
void initializeHeap();

/// What the calls that Interceptors.cpp observes mean to the heap. Called after
/// the call has succeeded, munmap before it is made.
struct HeapObserver {
  void (*Mapped)(uptr Result, uptr Size, int Prot, int Flags, int Fd,
                 uptr Caller);
  void (*Unmapping)(uptr Address, uptr Size);
  void (*Protected)(uptr Address, uptr Size, int Prot);
  /// Whether code at \p Caller is the VM's.
  bool (*IsVm)(uptr Caller);
  /// A library may have been loaded. Not inside the loader.
  void (*Loaded)();
};

/// nullptr when the heap needs no such calls.
const HeapObserver *heapObserver();

// The adapters: each answers whether its heap is in this process, and sets up
// what it needs. Dies with one line when it is there and cannot be watched.
const HeapAdapter *findCRubyHeap(const HeapObserver *&Observer);
const HeapAdapter *findRuntimeHeap();

} // namespace gvlsan

#endif // GVLSAN_HEAP_H
