//===- CRubyLayout.h - CRuby's slots and pages in memory --------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The little that a report needs to know of CRuby's internal structures, as a
/// table with a row for each version. Everything is read fault-proof.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_CRUBYLAYOUT_H
#define GVLSAN_CRUBYLAYOUT_H

#include "rtl/Heap.h"

namespace gvlsan {

struct CRubyLayout {
  int Major, Minor;
  /// Bytes of a heap page, and its alignment (HEAP_PAGE_SIZE in gc.c).
  uptr PageSize;
  /// In struct heap_page, to which the first word of a page points.
  u32 SlotSizeOffset; ///< short slot_size
  u32 StartOffset;    ///< uintptr_t start: the first slot
  /// Strings: the length of an embedded one is in the flags (before RVARGC) or
  /// in a long behind the header.
  bool EmbeddedLengthInFlags;
  u32 EmbeddedBytesOffset;
  /// The owner of the lock, relative to its mutex (thread_pthread.h).
  int LockOwnerOffset;
  // Who has the lock (vm_core.h, ractor_core.h, thread_pthread.h).
  u32 ThreadRactorOffset; ///< in rb_thread_t
  u32 RactorOwnerOffset;  ///< in rb_ractor_t: the owner of its lock
  /// In rb_thread_t: what holds its kernel id, the thread itself when 0.
  u32 ThreadNativeOffset;
  u32 NativeIdOffset;
};

/// The row of the Ruby in this process; nullptr when it is not supported.
const CRubyLayout *findCRubyLayout(int Major, int Minor);

/// Whether \p Page really is a heap page: its header names a struct heap_page
/// whose first slot lies in it.
bool isCRubyPage(const CRubyLayout &Layout, uptr Page);

/// Describes the slot that holds \p Address of \p Page.
bool describeCRubySlot(const CRubyLayout &Layout, uptr Page, uptr Address,
                       SlotInfo &Out);

/// The ractor of the Thread object at \p Thread, 0 when it cannot be read.
uptr readCRubyRactor(const CRubyLayout &Layout, uptr Thread);

/// The kernel id of the thread that has the lock of \p Ractor, 0 when nobody
/// has, -1 when it cannot be read.
long readCRubyLockHolder(const CRubyLayout &Layout, uptr Ractor);

/// Copies the bytes of the String at \p Value, terminated.
/// \returns false when it is no String or cannot be read.
bool readCRubyString(const CRubyLayout &Layout, uptr Value, char *Out,
                     uptr OutSize);

} // namespace gvlsan

#endif // GVLSAN_CRUBYLAYOUT_H
